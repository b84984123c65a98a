"""Column headings: in one row, in two stacked rows, or in two adjacent cells that form one heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from batch.forms.locate.layout_key import PrintedRegion
from batch.forms.locate.view import LabelText
from batch.forms.spec.label_matching import STEPS, Labels

#: how far the second row of a heading may stand below its first
_GAP = 3


class ColumnHeading(NamedTuple):
    """Where a column is named, and the columns of the sheet it spans."""

    #: how the label was recognised, see `STEPS`
    step: str
    #: what it reads, all its cells together, standing in the first of them
    text: LabelText
    #: all cells it takes, also those of a heading over several columns of which it is one
    cells: tuple[tuple[int, int], ...]
    left: int
    right: int
    bottom: int


def heading_rows(
    printed: PrintedRegion, labels: Labels, others: Labels, apart: Collection[int] = ()
) -> Iterator[dict[str, ColumnHeading]]:
    """The columns each candidate heading row names, alone or with a row above or below it; most columns
    first.

    A row added to another does not name columns by words of `others`, the form's entries. `apart`: columns of
    the sheet that hold no values, whatever stands above them.
    """
    rows = _Rows(printed, labels, others, apart)
    counts = {row: len(named) for row, named in rows.named.items()}
    found: list[tuple[int, int, int, int, dict[str, ColumnHeading]]] = []
    for row, count in counts.items():
        above = printed.filled_rows(row - _GAP, row - 1)[-1:]
        below = printed.filled_rows(row + 1, row + _GAP)[:1]
        for taken in ((row,), *((r, row) for r in above), *((row, r) for r in below)):
            if max(counts.get(r, 0) for r in taken) > count:
                continue
            headings = rows.headings(taken, row)
            if headings:
                cells = sum([len(heading.cells) for heading in headings.values()])
                found.append((-len(headings), -cells, len(taken), row, headings))
    return (headings for *_, headings in sorted(found, key=lambda each: each[:4]))


class _Rows:
    """The rows that may be headings."""

    def __init__(
        self, printed: PrintedRegion, labels: Labels, others: Labels, apart: Collection[int]
    ) -> None:
        self._printed, self._labels, self._others = printed, labels, others
        self._texts, self.named = printed.texts, printed.named(labels)
        if apart:

            def is_apart(text: LabelText) -> bool:
                return any(text.area.left <= column <= text.area.right for column in apart)

            self._texts = {row: [t for t in texts if not is_apart(t)] for row, texts in self._texts.items()}
            kept = {row: [one for one in named if not is_apart(one[0])] for row, named in self.named.items()}
            self.named = {row: named for row, named in kept.items() if named}
        self._beside: dict[int, list[tuple[str, ColumnHeading]]] = {}

    def headings(self, rows: Sequence[int], main: int) -> dict[str, ColumnHeading]:
        """The columns that these rows name together, `main` and the one above or below it; none where the
        other one adds nothing."""
        joined = self._stacked(*rows) if len(rows) > 1 else []
        for row in rows:
            if row not in self._beside:
                self._beside[row] = list(self._side_by_side(row))
        if len(rows) > 1 and not joined:
            other = rows[0] if rows[0] != main else rows[1]
            if not self._beside[other] and other not in self.named:
                return {}
        joined += [one for row in rows for one in self._beside[row]]
        parts = {cell for _, heading in joined for cell in heading.cells}
        alone = [
            (name, ColumnHeading(step, t, (cell,), t.area.left, t.area.right, t.area.bottom))
            for row in rows
            for t, (name, step) in self.named.get(row, ())
            if (cell := (t.cell.row, t.cell.col)) not in parts
            and (row == main or not self._others.find(t.squeezed, t.normal))
        ]
        named = {name for name, heading in alone if heading.text.cell.row == main}
        below = [name for name, heading in alone if heading.text.cell.row > main and name not in named]
        if len(below) == 1:
            # 确定能 below one heading is an answer, beside 有可能 and 完全不可能 it is a heading
            alone = [(name, heading) for name, heading in alone if name not in below]
        chosen: dict[str, ColumnHeading] = {}
        for name, heading in (*joined, *_without_titles(alone)):
            better = _better(chosen[name], heading, self._labels) if name in chosen else heading
            if better is None:
                return {}
            chosen[name] = better
        return chosen

    def _stacked(self, above: int, below: int) -> list[tuple[str, ColumnHeading]]:
        """年度 above 指标值, or 全年 above 预算数 and 执行数."""
        found = []
        for upper in self._texts.get(above, ()):
            for lower in self._texts.get(below, ()):
                one, other = upper.area, lower.area
                if other.right < one.left or one.right < other.left or one.bottom >= lower.cell.row:
                    continue
                if hit := self._joined(upper, lower):
                    name, step, text = hit
                    cells = ((upper.cell.row, upper.cell.col), (lower.cell.row, lower.cell.col))
                    left, right = max(one.left, other.left), min(one.right, other.right)
                    found.append((name, ColumnHeading(step, text, cells, left, right, other.bottom)))
        return found

    def _side_by_side(self, row: int) -> Iterator[tuple[str, ColumnHeading]]:
        """年度 left of 指标值, each in its own cell."""
        whole = {text.cell.col for text, _ in self.named.get(row, ())}
        for first, second in pairwise(self._texts.get(row, ())):
            if first.area.right + 1 != second.area.left or not whole.isdisjoint(
                (first.cell.col, second.cell.col)
            ):
                continue
            if hit := self._joined(first, second):
                name, step, text = hit
                cells = ((first.cell.row, first.cell.col), (second.cell.row, second.cell.col))
                bottom = max(first.area.bottom, second.area.bottom)
                yield name, ColumnHeading(step, text, cells, first.area.left, second.area.right, bottom)

    def _joined(self, first: LabelText, second: LabelText) -> tuple[str, str, LabelText] | None:
        raw = first.cell.raw.strip() + second.cell.raw.strip()
        words = self._printed.words(raw)
        hit = self._labels.find(*words)
        return (*hit, LabelText(first.cell._replace(raw=raw), first.area, *words)) if hit else None


def _without_titles(alone: Sequence[tuple[str, ColumnHeading]]) -> list[tuple[str, ColumnHeading]]:
    """The headings without the titles of several columns whose merged area was taken apart: 年度指标值 above
    指标性质, with 指标值 in the next column."""
    names = [name for name, _ in alone]
    if len(set(names)) == len(names):
        return list(alone)
    twice = {name for name, count in Counter(names).items() if count > 1}

    def is_title(name: str, heading: ColumnHeading) -> bool:
        below = {
            other
            for other, lower in alone
            if lower.left == heading.left and lower.text.cell.row > heading.bottom
        }
        return name in twice and heading.left == heading.right and bool(below - {name})

    return [(name, heading) for name, heading in alone if not is_title(name, heading)]


def _better(one: ColumnHeading, other: ColumnHeading, labels: Labels) -> ColumnHeading | None:
    """The better of two headings for one column: the lower one under a common heading, else the more certain
    one: of two aliases that which the pack names first, 调整后预算数 before 年度预算数.

    None when the rows are those of two different lists, or a heading and an answer.
    """
    for group, part in ((one, other), (other, one)):
        inside = group.left <= part.left and part.right <= group.right
        if inside and group.text.area.bottom < part.text.cell.row:
            return part._replace(cells=(*part.cells, *group.cells))
    if one.text.cell.row != other.text.cell.row and len(one.cells) == len(other.cells) == 1:
        return None
    return min(
        (one, other), key=lambda heading: (STEPS.index(heading.step), labels.rank(heading.text.normal))
    )
