"""How a cell may change, as bits: in whatever way, upwards or downwards.

Of a contradiction that comes from sums it is known in which direction each cell would have to go. A cell goes
in one direction only: where one contradiction asks for more and another for less, it settles one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from batch.repair.elimination import Bits


class Move(NamedTuple):
    """One way in which one cell may change."""

    bit: Bits
    #: the directions that it may take; the same where there is one
    up: Bits
    down: Bits
    price: int
    #: the moves that are made with it: what is raised is changed, and what is changed goes as is needed
    makes: Bits
    #: the opposite direction
    excludes: Bits


class Moves:
    """The moves of all cells. A cell changed in whatever way is its own bit."""

    def __init__(self, cells: int, aimless: Bits, price: Callable[[Bits], int]) -> None:
        """`cells`: how many; `aimless`: those of which no sum takes part, so that no direction matters."""
        self._width, self._aimless, self._price = cells, aimless, price
        self._all = (1 << cells) - 1
        self._made: dict[Bits, Move] = {}

    def up(self, cells: Bits) -> Bits:
        """Cells raised."""
        return cells << self._width

    def down(self, cells: Bits) -> Bits:
        """Cells lowered."""
        return cells << 2 * self._width

    def cells(self, moves: Bits) -> Bits:
        """The cells of moves."""
        return (moves | moves >> self._width | moves >> 2 * self._width) & self._all

    def plain(self, moves: Bits) -> Bits:
        """The same moves; what may go up or down may change in whatever way."""
        cells = (moves | moves >> self._width & moves >> 2 * self._width) & self._all
        return cells | moves & ~(self.up(cells) | self.down(cells))

    def move(self, bit: Bits) -> Move:
        """One move."""
        made = self._made.get(bit)
        if made is None:
            made = self._made[bit] = self._move(bit)
        return made

    def _move(self, bit: Bits) -> Move:
        cell = self.cells(bit)
        up, down, price = self.up(cell), self.down(cell), self._price(cell)
        if cell & self._aimless:
            return Move(bit, cell, cell, price, cell, 0)
        if bit == cell:
            return Move(bit, up, down, price, cell | up | down, 0)
        return Move(bit, bit, bit, price, cell | bit, up ^ down ^ bit)
