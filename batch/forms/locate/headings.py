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
    texts = {
        row: [t for t in found if not any(t.area.left <= column <= t.area.right for column in apart)]
        for row, found in printed.texts.items()
    }
    found: list[tuple[int, int, int, int, dict[str, ColumnHeading]]] = []
    named = {
        row: sum(labels.find(t.squeezed, t.normal) is not None for t in layer) for row, layer in texts.items()
    }
    for row, count in named.items():
        if not count:
            continue
        above = printed.filled_rows(row - _GAP, row - 1)[-1:]
        below = printed.filled_rows(row + 1, row + _GAP)[:1]
        for rows in ((row,), *((r, row) for r in above), *((row, r) for r in below)):
            if max(named.get(r, 0) for r in rows) > count:
                continue
            layers = {r: texts.get(r, []) for r in rows}
            headings = _headings(printed, layers, row, labels, others)
            if headings:
                cells = sum(len(heading.cells) for heading in headings.values())
                found.append((-len(headings), -cells, len(rows), row, headings))
    return (headings for *_, headings in sorted(found, key=lambda each: each[:4]))


def _headings(
    printed: PrintedRegion, rows: dict[int, list[LabelText]], main: int, labels: Labels, others: Labels
) -> dict[str, ColumnHeading]:
    layers = list(rows.values())
    joined = [*_stacked(printed, layers, labels), *_side_by_side(printed, layers, labels)]
    parts = {cell for _, heading in joined for cell in heading.cells}
    alone = [
        (
            hit[0],
            ColumnHeading(hit[1], t, ((t.cell.row, t.cell.col),), t.area.left, t.area.right, t.area.bottom),
        )
        for row, layer in rows.items()
        for t in layer
        if (t.cell.row, t.cell.col) not in parts
        and (hit := labels.find(t.squeezed, t.normal))
        and (row == main or not others.find(t.squeezed, t.normal))
    ]
    named = {name for name, heading in alone if heading.text.cell.row == main}
    below = [name for name, heading in alone if heading.text.cell.row > main and name not in named]
    if len(below) == 1:
        # 确定能 below one heading is an answer, beside 有可能 and 完全不可能 it is a heading
        alone = [(name, heading) for name, heading in alone if name not in below]
    chosen: dict[str, ColumnHeading] = {}
    for name, heading in (*joined, *_without_titles(alone)):
        better = _better(chosen[name], heading) if name in chosen else heading
        if better is None:
            return {}
        chosen[name] = better
    return chosen


def _stacked(
    printed: PrintedRegion, layers: list[list[LabelText]], labels: Labels
) -> Iterator[tuple[str, ColumnHeading]]:
    """年度 above 指标值, or 全年 above 预算数 and 执行数."""
    if len(layers) < 2:
        return
    for upper in layers[0]:
        for lower in layers[1]:
            left, right = max(upper.area.left, lower.area.left), min(upper.area.right, lower.area.right)
            if left > right or upper.area.bottom >= lower.cell.row:
                continue
            if found := _joined(printed, upper, lower, labels):
                name, step, text = found
                cells = ((upper.cell.row, upper.cell.col), (lower.cell.row, lower.cell.col))
                yield name, ColumnHeading(step, text, cells, left, right, lower.area.bottom)


def _side_by_side(
    printed: PrintedRegion, layers: list[list[LabelText]], labels: Labels
) -> Iterator[tuple[str, ColumnHeading]]:
    """年度 left of 指标值, each in its own cell."""
    for layer in layers:
        for first, second in pairwise(layer):
            if first.area.right + 1 != second.area.left:
                continue
            if any(labels.find(t.squeezed, t.normal) for t in (first, second)):
                continue
            if found := _joined(printed, first, second, labels):
                name, step, text = found
                cells = ((first.cell.row, first.cell.col), (second.cell.row, second.cell.col))
                bottom = max(first.area.bottom, second.area.bottom)
                yield name, ColumnHeading(step, text, cells, first.area.left, second.area.right, bottom)


def _joined(
    printed: PrintedRegion, first: LabelText, second: LabelText, labels: Labels
) -> tuple[str, str, LabelText] | None:
    raw = first.cell.raw.strip() + second.cell.raw.strip()
    words = printed.words(raw)
    hit = labels.find(*words)
    return (*hit, LabelText(first.cell._replace(raw=raw), first.area, *words)) if hit else None


def _without_titles(alone: Sequence[tuple[str, ColumnHeading]]) -> list[tuple[str, ColumnHeading]]:
    """The headings without the titles of several columns whose merged area was taken apart: 年度指标值 above
    指标性质, with 指标值 in the next column."""
    twice = {name for name, count in Counter(name for name, _ in alone).items() if count > 1}

    def is_title(name: str, heading: ColumnHeading) -> bool:
        below = {
            other
            for other, lower in alone
            if lower.left == heading.left and lower.text.cell.row > heading.bottom
        }
        return name in twice and heading.left == heading.right and bool(below - {name})

    return [(name, heading) for name, heading in alone if not is_title(name, heading)]


def _better(one: ColumnHeading, other: ColumnHeading) -> ColumnHeading | None:
    """The better of two headings for one column: the lower one under a common heading, else the more certain
    one.

    None when the rows are those of two different lists, or a heading and an answer.
    """
    for group, part in ((one, other), (other, one)):
        inside = group.left <= part.left and part.right <= group.right
        if inside and group.text.area.bottom < part.text.cell.row:
            return part._replace(cells=(*part.cells, *group.cells))
    if one.text.cell.row != other.text.cell.row and len(one.cells) == len(other.cells) == 1:
        return None
    return other if STEPS.index(other.step) < STEPS.index(one.step) else one
