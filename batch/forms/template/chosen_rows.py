"""Sums and counts of the rows of a list that meet a condition, as SUMIFS and COUNTIFS of the template."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from batch.config.expression import Call, Compare, ExpressionError, Logic, Name, Node, Quoted
from batch.forms.spec.labels import squeeze
from batch.model.book import column_letters, parse_ref

#: what a condition of a cell formula may be
_ALLOWED = '条件只能写“栏 == "字"”“栏 != "字"”，几个之间用“且”'


@dataclass(frozen=True, slots=True)
class Computed:
    """A computed cell: its expression, and the cells the names in it stand for."""

    node: Node
    words: Mapping[str, tuple[str, ...]]

    def refs(self, name: str) -> tuple[str, ...]:
        """The cells behind a name, in reading order. Raises ExpressionError for a word the form lacks."""
        try:
            return self.words[name]
        except KeyError:
            raise ExpressionError(f"算式里的“{name}”在表内找不到") from None

    def ref(self, name: str) -> str:
        """The one cell behind a name. Raises ExpressionError when there are none or several."""
        refs = self.refs(name)
        if len(refs) != 1:
            raise ExpressionError(f"算式里的“{name}”不是一个单元格，请用 合计({name})")
        return refs[0]


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """The cells of a column in the rows where other columns say certain words."""

    #: whether the rows are counted, not added up
    counts: bool
    cells: tuple[str, ...]
    #: the cells of a column in the same rows, whether they must say the word, and the word
    conditions: tuple[tuple[tuple[str, ...], bool, str], ...]

    @property
    def text(self) -> str:
        """The formula."""
        rows = list(zip(self.cells, *(cells for cells, _, _ in self.conditions), strict=True))
        parts = [self._of_run(run) for run in _runs(rows)]
        return parts[0] if len(parts) == 1 else f"({'+'.join(parts) or '0'})"

    def _of_run(self, run: Sequence[tuple[str, ...]]) -> str:
        cells, *others = (ranges(column)[0] for column in zip(*run, strict=True))
        conditions = [
            f"{other},{_criterion(word, is_it=is_it)}"
            for other, (_, is_it, word) in zip(others, self.conditions, strict=True)
        ]
        if self.counts:
            filled = f"{cells},{_quoted('<>')}"
            return f"COUNTIFS({','.join([filled, *conditions])})"
        return f"SUMIFS({','.join([cells, *conditions])})"

    def refs(self, content: Callable[[str], Decimal | str | None]) -> list[str]:
        """The cells in the rows that meet the conditions now; of those that are counted the filled ones."""
        found = []
        for n, ref in enumerate(self.cells):
            said = [(content(cells[n]), is_it, word) for cells, is_it, word in self.conditions]
            meets = all((squeeze(str(text or "")) == squeeze(word)) is is_it for text, is_it, word in said)
            if meets and not (self.counts and content(ref) in (None, "")):
                found.append(ref)
        return found


def chosen_rows(node: Node, cell: Computed) -> ChosenRows | None:
    """What 合计 or 个数 with a condition, or 个数 alone, chooses; None for anything else.

    Raises ExpressionError for a condition that no cell can test.
    """
    if not isinstance(node, Call) or node.function not in ("合计", "个数"):
        return None
    if node.function == "合计" and len(node.arguments) == 1:
        return None
    name, *condition = node.arguments
    assert isinstance(name, Name)
    cells = cell.refs(name.text)
    conditions = []
    for one in condition:
        for named, is_it, word in _words(one):
            others = cell.refs(named)
            if [parse_ref(ref)[0] for ref in others] != [parse_ref(ref)[0] for ref in cells]:
                raise ExpressionError(f"“{name.text}”和条件里的“{named}”不在同一块明细的各行")
            conditions.append((others, is_it, word))
    return ChosenRows(node.function == "个数", cells, tuple(conditions))


def _words(node: Node) -> Iterator[tuple[str, bool, str]]:
    """The conditions of a column each: its name, whether it must say the word, and the word."""
    if isinstance(node, Logic) and node.op == "且":
        for part in node.nodes:
            yield from _words(part)
        return
    if isinstance(node, Compare) and node.op in ("==", "!="):
        sides = (node.left, node.right)
        name = next((side for side in sides if isinstance(side, Name)), None)
        word = next((side for side in sides if isinstance(side, Quoted) and side.text), None)
        if name is not None and word is not None:
            yield name.text, node.op == "==", word.text
            return
    raise ExpressionError(f"表内算式的{_ALLOWED}")


def _criterion(word: str, *, is_it: bool) -> str:
    """A word as a condition: its wildcards are no wildcards."""
    plain = "".join(f"~{char}" if char in "~*?" else char for char in word)
    sign = "=" if plain[0] in "<>=" else ""
    return _quoted(f"{sign}{plain}" if is_it else f"<>{plain}")


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _runs(rows: Sequence[tuple[str, ...]]) -> Iterator[list[tuple[str, ...]]]:
    """The rows that stand directly below one another."""
    for _, run in groupby(enumerate(rows), key=lambda pair: parse_ref(pair[1][0])[0] - pair[0]):
        yield [row for _, row in run]


def ranges(refs: Sequence[str]) -> list[str]:
    """Cells that stand directly below one another as a range, which grows when rows are inserted in it."""
    places = [parse_ref(ref) for ref in refs]
    ranges = []
    for _, run in groupby(enumerate(places), key=lambda pair: (pair[1][1], pair[1][0] - pair[0])):
        cells = [place for _, place in run]
        first, last = (f"{column_letters(col)}{row}" for row, col in (cells[0], cells[-1]))
        ranges.append(first if first == last else f"{first}:{last}")
    return ranges
