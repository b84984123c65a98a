"""Which rows of a grid are parts of which, by their numbering, 其中, indents and words for totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from batch.draft.draft_words import draft_words
from batch.draft.proposal import DraftField
from batch.forms.spec.labels import label as normalise

_WORDS = draft_words()
_NUMERALS = "一二三四五六七八九十"
#: the numberings in their usual order, from the outermost in; the number in each
_STYLES = (
    re.compile(rf"([{_NUMERALS}]+)[、.．]"),
    re.compile(rf"[(（]([{_NUMERALS}]+)[)）]"),
    re.compile(r"(\d{1,2})(?:[、．]|\.(?!\d))"),
    re.compile(r"[(（](\d{1,2})[)）]"),
    re.compile(r"([①-⑳])"),
)
_HEADED = re.compile(r"([^:：(（]{2,12})[:：](.+)")


@dataclass(slots=True)
class Numbered:
    """A row's label taken apart."""

    #: place of its numbering in the usual order; -1 for none
    style: int
    #: whether it is the first of its numbering: 1、, （一）
    is_first: bool
    is_part: bool
    #: 资金来源 of 资金来源：（1）财政拨款
    block: str


@dataclass(slots=True)
class PartSum:
    """A row, or nothing but the words of a block, and the rows it is made of."""

    #: number of the row; -1 for a block without a row of its own
    total: int
    parts: list[int]
    #: whether the parts are some of it: 其中
    is_some: bool = False
    #: parts that only may belong to it: rows after them without number or indent
    maybe: list[int] = field(default_factory=list)


def taken_apart(label: str) -> Numbered:
    """The numbering of a row's label and what stands before it."""
    text, block, is_part = label.strip(), "", False
    for lead in _WORDS.parts:
        if text.startswith(lead):
            is_part, text = True, text[len(lead) :].lstrip(":：,，、 ")
    headed = _HEADED.match(text)
    if headed and any(style.match(headed[2].strip()) for style in _STYLES):
        block, text = headed[1].strip(), headed[2].strip()
    for number, style in enumerate(_STYLES):
        if found := style.match(text):
            return Numbered(number, found[1] in ("一", "1", "①", "01"), is_part, block)
    return Numbered(-1, False, is_part, block)


def is_total(label: str) -> bool:
    """Whether a row or column is called a total."""
    return normalise(label).endswith(_WORDS.totals)


def part_sums(rows: Sequence[DraftField]) -> tuple[list[PartSum], list[list[int]]]:
    """The sums that the labels of a grid's rows promise, and blocks of rows that make up one whole each."""
    return _Rows(rows).read()


class _Rows:
    def __init__(self, rows: Sequence[DraftField]) -> None:
        self._rows = rows
        self._labels = [taken_apart(row.label) for row in rows]
        self._sums: list[PartSum] = []
        self._blocks: list[list[int]] = []
        #: open groups of numbered rows, outermost first: style and the rows
        self._open: list[tuple[int, list[int]]] = []
        #: rows that stand for themselves, in no group
        self._top: list[int] = []
        self._some: PartSum | None = None

    def read(self) -> tuple[list[PartSum], list[list[int]]]:
        for number, label in enumerate(self._labels):
            if label.block:
                self._open.clear()
                self._blocks.append([number])
                self._open.append((label.style, self._blocks[-1]))
                self._some = None
            elif label.is_part:
                self._begin_some(number)
            elif label.style >= 0:
                self._numbered(number, label)
            elif not self._goes_on(number):
                self._open.clear()
                self._top.append(number)
        self._totals()
        sums = [one for one in self._sums if one.total < 0 or one.parts]
        return sums, [block for block in self._blocks if len(block) > 1]

    def _begin_some(self, number: int) -> None:
        if number:
            self._some = PartSum(number - 1, [number], is_some=True)
            self._sums.append(self._some)

    def _numbered(self, number: int, label: Numbered) -> None:
        if self._some and self._some.total >= 0 and self._labels[self._some.parts[0]].style == label.style:
            # 其中：1、… and its 2、
            self._some.parts.append(number)
            return
        self._some = None
        for depth, (style, group) in enumerate(self._open):
            if style == label.style and not (label.is_first and group):
                del self._open[depth + 1 :]
                group.append(number)
                return
        while self._open and self._open[-1][0] >= label.style:
            self._open.pop()
        group = [number]
        above = number - 1
        self._open.append((label.style, group))
        if above >= 0 and label.is_first:
            self._sums.append(PartSum(above, group))
        elif above < 0:
            self._top.append(number)

    def _goes_on(self, number: int) -> bool:
        """Whether a plain row is one more part of 其中 above."""
        some = self._some
        if some is None:
            return False
        first, row = self._rows[some.parts[0]], self._rows[number]
        whole = self._rows[some.total]
        if row.indent > whole.indent:
            some.parts.append(number)
            return True
        if first.indent > whole.indent or is_total(row.label):
            self._some = None
            return False
        # nothing sets it in: it may be a part or stand for itself
        some.maybe.append(number)
        self._top.append(number)
        return True

    def _totals(self) -> None:
        """合计 above or below the rows that stand for themselves."""
        named = [n for n in self._top if is_total(self._rows[n].label)]
        others = [n for n in self._top if n not in named]
        for number in named:
            own = next((one for one in self._sums if one.total == number), None)
            if own is not None:
                own.parts += own.maybe
                own.maybe, own.is_some = [], False
                continue
            later, earlier = [n for n in others if n > number], [n for n in others if n < number]
            parts = self._whole(later) if number == 0 else self._whole(earlier)
            if len(parts) > 1:
                self._sums.append(PartSum(number, parts))

    def _whole(self, numbers: list[int]) -> list[int]:
        """Rows that stand for themselves; of numbered ones the outermost."""
        inside = {part for one in self._sums for part in one.parts}
        first = next((self._labels[n].style for n in numbers if self._labels[n].style >= 0), -1)
        if first < 0:
            return [n for n in numbers if n not in inside]
        return [n for n, label in enumerate(self._labels) if label.style == first and n not in inside]
