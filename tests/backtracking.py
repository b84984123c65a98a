"""Whether a regular expression may take more than linear time on some text, from its parse tree alone.

A matcher that backtracks takes quadratic time when a stretch of text can be shared out between two loops in
many ways and what follows does not match; a search has a loop of its own in front, for it begins anew at
every character. The pattern becomes an automaton of its single characters. Looked for are two loops that can
read the same word, the second reached from the first while reading it (Weber and Seidl's infinite ambiguity).
Counts like {1,20} are no loops. Where a construct is not modelled, it is taken for the worse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

# there is no public way to a parse tree
from re import _constants as sre  # type: ignore[attr-defined]  # isort: skip
from re import _parser  # type: ignore[attr-defined]  # isort: skip

#: characters of each kind a category tells apart
_KINDS: Final = "aZ5_ \n\t县０，（(\"'<>/=.:%\x00"
#: copies of a bounded repetition that are looked at
_COPIES: Final = 2
#: the name of the node after which the pattern has matched
_END: Final = -1
Letters = frozenset[int]


@dataclass
class _Edge:
    """A way on without reading: the letters that may not come next, whether a look at the text decides."""

    target: int
    barred: Letters = frozenset()
    asks: bool = False


@dataclass
class _Graph:
    """States, ways on without reading, and the letters each reading state reads."""

    reads: dict[int, tuple[Letters, int]] = field(default_factory=dict)
    edges: dict[int, list[_Edge]] = field(default_factory=dict)
    count: int = 0

    def state(self) -> int:
        self.count += 1
        return self.count - 1

    def way(self, one: int, other: int, barred: Letters = frozenset(), *, asks: bool = False) -> None:
        self.edges.setdefault(one, []).append(_Edge(other, barred, asks))


class _Automaton:
    """The positions of a pattern's characters and which may follow which."""

    def __init__(self, pattern: str | bytes, flags: int, *, searched: bool, whole: bool) -> None:
        tree = _parser.parse(pattern, flags)
        self.flags = tree.state.flags
        self.alphabet = sorted(_alphabet(tree, is_text=isinstance(pattern, str)))
        self.is_text = isinstance(pattern, str)
        self.everything: Letters = frozenset(range(len(self.alphabet)))
        self.graph = _Graph()
        items = list(tree)
        before = self.everything
        while items and items[0][0] in (sre.ASSERT, sre.ASSERT_NOT) and items[0][1][0] < 0:
            kind, (_, body) = items.pop(0)
            letters = self._one_letter(body)
            if letters is not None:
                before &= letters if kind is sre.ASSERT else self.everything - letters
        first = self.graph.state()
        last = self._sequence(items, first)
        #: positions by the state behind their letter
        self.letters: dict[int, Letters] = {}
        self.follow: dict[int, list[tuple[int, Letters]]] = {}
        self.accepting: set[int] = set()
        ends = {last}
        entry = self._onward(first)
        for state, (letters, target) in self.graph.reads.items():
            self.letters[state] = letters
            onward = self._onward(target)
            self.follow[state] = self._next(onward)
            if any(q in ends and not barred and not asks for q, barred, asks in onward) and not whole:
                self.accepting.add(state)
        begins_anywhere = not (
            items and items[0][0] is sre.AT and items[0][1] in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING)
        )
        if searched and begins_anywhere:
            opens, passes = self.graph.state(), self.graph.state()
            self.letters |= {opens: before, passes: self.everything - before}
            both = [(opens, before), (passes, self.everything - before)]
            self.follow[passes] = both
            self.follow[opens] = both + self._next(entry)

    def _next(self, onward: Iterable[tuple[int, Letters, bool]]) -> list[tuple[int, Letters]]:
        reads = self.graph.reads
        return [(q, reads[q][0] - barred) for q, barred, _ in onward if q in reads]

    def _onward(self, state: int) -> list[tuple[int, Letters, bool]]:
        """Reading states and ends that come next, what is barred on the way, and whether a look decides."""
        found: list[tuple[int, Letters, bool]] = []
        seen: set[tuple[int, Letters, bool]] = set()
        waiting: list[tuple[int, Letters, bool]] = [(state, frozenset(), False)]
        while waiting:
            one = waiting.pop()
            if one in seen:
                continue
            seen.add(one)
            at, barred, asks = one
            ways = self.graph.edges.get(at, [])
            if at in self.graph.reads or not ways:
                found.append(one)
            waiting += [(w.target, barred | w.barred, asks or w.asks) for w in ways]
        return found

    def _sequence(self, items: Iterable[Any], state: int) -> int:
        for op, argument in items:
            state = self._item(op, argument, state)
        return state

    def _item(self, op: Any, argument: Any, state: int) -> int:
        if op in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            end = self.graph.state()
            self.graph.reads[state] = self._letters(op, argument), end
            after = self.graph.state()
            self.graph.way(end, after)
            return after
        if op is sre.SUBPATTERN:
            return self._sequence(argument[-1], state)
        if op is sre.ATOMIC_GROUP:
            return self._sequence(argument, state)
        if op is sre.BRANCH:
            end = self.graph.state()
            for branch in argument[1]:
                start = self.graph.state()
                self.graph.way(state, start)
                self.graph.way(self._sequence(branch, start), end)
            return end
        if op in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
            return self._repeat(op, argument, state)
        end = self.graph.state()
        if op in (sre.ASSERT, sre.ASSERT_NOT) and argument[0] > 0:
            letters = self._one_letter(argument[1])
            if letters is None:
                # what is looked at is gone through as well
                start = self.graph.state()
                self.graph.way(state, start)
                dead = self._sequence(argument[1], start)
                self.graph.reads[dead] = frozenset(), self.graph.state()
                self.graph.way(state, end, asks=True)
            else:
                barred = letters if op is sre.ASSERT_NOT else self.everything - letters
                self.graph.way(state, end, barred, asks=True)
            return end
        self.graph.way(state, end, asks=op is sre.AT)
        return end

    def _repeat(self, op: Any, argument: Any, state: int) -> int:
        least, most, body = argument
        for _ in range(min(least, _COPIES)):
            state = self._sequence(body, state)
        end = self.graph.state()
        if most is sre.MAXREPEAT:
            start = self.graph.state()
            self.graph.way(state, start)
            inside = self.graph.state()
            self.graph.way(start, inside)
            self.graph.way(self._sequence(body, inside), start)
            letters = self._one_letter(body) if op is sre.POSSESSIVE_REPEAT else None
            # a possessive loop is left only where it cannot go on
            self.graph.way(start, end, letters or frozenset())
            return end
        self.graph.way(state, end)
        for _ in range(min(most - least, _COPIES)):
            start = self.graph.state()
            self.graph.way(state, start)
            state = self._sequence(body, start)
            self.graph.way(state, end)
        return end

    def _one_letter(self, body: Any) -> Letters | None:
        """The letters of a piece that is one character, or a choice of such; None for anything else."""
        items = list(body)
        if len(items) != 1:
            return None
        op, argument = items[0]
        if op in (sre.LITERAL, sre.NOT_LITERAL, sre.ANY, sre.IN):
            return self._letters(op, argument)
        if op is sre.SUBPATTERN:
            return self._one_letter(argument[-1])
        if op is sre.BRANCH:
            parts = [self._one_letter(branch) for branch in argument[1]]
            if all(part is not None for part in parts):
                return frozenset().union(*(part for part in parts if part is not None))
        return None

    def _letters(self, op: Any, argument: Any) -> Letters:
        holds = self._test(op, argument)
        return frozenset(n for n, code in enumerate(self.alphabet) if holds(code))

    def _test(self, op: Any, argument: Any) -> Callable[[int], bool]:
        source = _spelt(op, argument)
        flags = re.DOTALL * bool(self.flags & re.DOTALL) | re.IGNORECASE * bool(self.flags & re.IGNORECASE)
        if self.is_text:
            text = re.compile(source, flags | re.ASCII * bool(self.flags & re.ASCII))
            return lambda code: text.fullmatch(chr(code)) is not None
        plain = re.compile(source.encode("latin-1"), flags)
        return lambda code: plain.fullmatch(bytes([code])) is not None


def _spelt(op: Any, argument: Any) -> str:
    """One character's pattern written out again."""
    if op is sre.ANY:
        return "."
    if op is sre.LITERAL:
        return _char(argument)
    if op is sre.NOT_LITERAL:
        return f"[^{_char(argument)}]"
    pieces: list[str] = []
    for kind, value in argument:
        if kind is sre.NEGATE:
            pieces.insert(0, "^")
        elif kind is sre.LITERAL:
            pieces.append(_char(value))
        elif kind is sre.RANGE:
            pieces.append(f"{_char(value[0])}-{_char(value[1])}")
        else:
            pieces.append(_CATEGORIES[value])
    return f"[{''.join(pieces)}]"


_CATEGORIES: Final = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


def _char(code: int) -> str:
    return re.escape(chr(code))


def _alphabet(tree: Any, *, is_text: bool) -> set[int]:
    """One character at least of every kind the pattern tells apart: both sides of each bound it names."""
    codes = set(map(ord, _KINDS))

    def look(items: Any) -> None:
        for op, argument in items:
            if op in (sre.LITERAL, sre.NOT_LITERAL):
                codes.update((argument - 1, argument, argument + 1))
            elif op is sre.RANGE:
                codes.update((argument[0] - 1, argument[0], argument[1], argument[1] + 1))
            elif op is sre.IN:
                look(argument)
            elif op is sre.BRANCH:
                for branch in argument[1]:
                    look(branch)
            elif isinstance(argument, tuple):
                for part in argument:
                    if isinstance(part, _parser.SubPattern):
                        look(part)
            elif isinstance(argument, _parser.SubPattern):
                look(argument)

    look(tree)
    return {code for code in codes if 0 <= code < (0x110000 if is_text else 256)}


def backtracks(pattern: str | bytes, flags: int = 0, *, searched: bool = True, whole: bool = False) -> str:
    """Why the pattern may take more than linear time; "" when it does not.

    `searched`: it is looked for anywhere in a text; `whole`: it has to match all of it.
    """
    automaton = _Automaton(pattern, flags, searched=searched, whole=whole)
    loops = _loops(automaton)
    for p, q in product(loops, repeat=2):
        if p != q and q not in automaton.accepting and _shared(automaton, p, q, loops):
            letters = automaton.letters[p] & automaton.letters[q]
            code = automaton.alphabet[min(letters)] if letters else 0
            return f"two loops share a text like {chr(code) * 3!r}…"
    return ""


def _loops(automaton: _Automaton) -> dict[int, frozenset[int]]:
    """Every position that can come again, with all positions on the way from it to itself."""
    reached = {p: _reached(automaton, p) for p in automaton.follow}
    return {p: frozenset(q for q in after if p in reached[q]) for p, after in reached.items() if p in after}


def _reached(automaton: _Automaton, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for q, letters in automaton.follow.get(waiting.pop(), []):
            if letters and q not in found:
                found.add(q)
                waiting.append(q)
    return found


def _shared(automaton: _Automaton, p: int, q: int, loops: dict[int, frozenset[int]]) -> bool:
    """Whether one word leads from `p` to itself, from `p` to `q`, and from `q` to itself."""
    seen: set[tuple[int, int, int]] = set()
    waiting = [(p, p, q)]
    while waiting:
        at = waiting.pop()
        for step in _steps(automaton, at, loops[p], loops[q]):
            if step == (p, q, q):
                return True
            if step not in seen:
                seen.add(step)
                waiting.append(step)
    return False


def _steps(
    automaton: _Automaton, at: tuple[int, int, int], first: frozenset[int], last: frozenset[int]
) -> Iterator[tuple[int, int, int]]:
    one, two, three = (automaton.follow.get(position, []) for position in at)
    for a, letters in one:
        if a in first:
            for b, more in two:
                if common := letters & more:
                    for c, most in three:
                        # where the pattern has matched already, nothing is gone back over
                        if c in last and common & most and c not in automaton.accepting:
                            yield a, b, c
