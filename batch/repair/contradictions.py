"""The contradictions known of a cluster: each a set of moves one of which must be made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from batch.repair.cell_bits import each
from batch.repair.elimination import Bits
from batch.repair.moves import Move, Moves

#: contradictions as a set, each one bit
Known = int
#: more than anything costs
NEVER = 1 << 60


@dataclass(slots=True)
class Contradiction:
    """Moves one of which must be made."""

    bit: Known
    moves: Bits
    #: cheapest first
    ways: list[Move]
    #: how many moves it shares with all that are known, itself included
    shared: int = 0


class Contradictions:
    """Those known so far, and what it costs at least to settle some of them."""

    def __init__(self, moves: Moves) -> None:
        self._moves = moves
        #: by move, those that it settles
        self.settled_by: dict[Bits, Known] = defaultdict(int)
        self._every: list[Contradiction] = []
        #: those that share little first: of such the bound can add up more
        self._ordered: list[Contradiction] = []
        #: by the price of their cheapest move
        self._by_price: dict[int, Known] = defaultdict(int)

    def __len__(self) -> int:
        return len(self._every)

    def add(self, moves: Bits) -> None:
        """One more."""
        ways = sorted((self._moves.move(bit) for bit in each(moves)), key=attrgetter("price"))
        new = Contradiction(1 << len(self._every), moves, ways)
        self._every.append(new)
        shared = 0
        for one in self._every:
            both = (one.moves & moves).bit_count()
            one.shared += both
            shared += both
        new.shared = shared
        self._ordered = sorted(self._every, key=attrgetter("shared"))
        self._by_price[ways[0].price if ways else NEVER] |= new.bit
        for way in ways:
            for bit in each(way.makes):
                self.settled_by[bit] |= new.bit

    def among(self, some: Known) -> Iterator[Contradiction]:
        """Those of a set."""
        return (one for one in self._ordered if one.bit & some)

    def left_by(self, made: Bits, first: int) -> Known:
        """Those that a set of moves does not settle, the `first` ones aside."""
        return sum(one.bit for one in self._every[first:] if not one.moves & made)

    def dearer(self, price: int) -> Known:
        """Those that cost more to settle."""
        found = 0
        for cheapest, some in self._by_price.items():
            if cheapest > price:
                found |= some
        return found

    def least(self, left: Known, barred: Bits) -> tuple[int, dict[Bits, int]]:
        """What it costs at least to settle some, and how much more in each direction.

        Each takes its share of the prices of its moves, as long as none of them is paid for.
        """
        least = 0
        rest: dict[Bits, int] = {}
        settled_by = self.settled_by
        for one in self._ordered:
            if not one.bit & left:
                continue
            share = NEVER
            ways = []
            for bit, up, down, price, _, _ in one.ways:
                if bit & barred:
                    continue
                now, then = rest.get(up, price), rest.get(down, price)
                ways.append((up, down, now, then))
                if now < share:
                    share = now
                if then < share:
                    share = then
            least += share
            for up, down, now, then in ways:
                rest[up] = now - share
                if now == share:
                    left &= ~settled_by[up]
                if down != up:
                    rest[down] = then - share
                    if then == share:
                        left &= ~settled_by[down]
        return least, rest
