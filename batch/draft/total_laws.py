"""Cells that in all filled examples are what a list comes to: all of it, or its rows with one word.

公开招标 beside 合同金额 is the sum of 合同金额 in the rows whose 采购方式 says so: one law for all words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from batch.checks.engine.amount import MONEY
from batch.draft.examples import Examples
from batch.draft.numbering import is_total
from batch.draft.observations import SOURCE, cell, own
from batch.draft.parts import plain_label, topic_of
from batch.draft.proposal import AMOUNTS, DraftField, DraftForm, DraftList, DraftTie
from batch.forms.spec.labels import near, squeeze
from batch.model.form import Item, Table, Value

#: a cell of so few different amounts may be a sum by chance
_DISTINCT, _DISTINCT_NUMBERS = 3, 2
#: a column of more words than this, or one in which hardly any comes again, is no classification
_MOST_WORDS, _TIMES = 8, 2

#: a fen in 万元
_PLACES: Final = 6

_Series = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell that may hold what a list comes to."""

    key: str
    label: str
    #: of a column or row of them: what all are about
    of: DraftField
    type: str
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class _Words:
    """A column of the list whose words sort its rows."""

    column: DraftField
    words: tuple[str, ...]


def total_laws(form: DraftForm, examples: Examples, known: Sequence[DraftTie]) -> Iterator[DraftTie]:
    """What cells of a form say of its lists, beyond the ties `known`."""
    tables = [table for example in examples.read for table in own(example, form)]
    mine = (tie for tie in known if tie.form == form.id and tie.each == "表" and " == " in tie.text)
    told = {tie.parts[0] for tie in mine}
    for listed in form.lists if tables else ():
        if listed.levels:
            continue
        made, topic = _Totals(form, listed, tables), topic_of(listed.name)
        for line in _lines(form):
            yield from made.by_words(line)
        for one in (one for line in _lines(form) for one in line):
            if one.key not in told and (one.is_total or one.key == one.of.id or topic in one.label):
                found = list(made.whole(one))
                told |= {one.key for _ in found}
                yield from found


def _lines(form: DraftForm) -> Iterator[list[_Cell]]:
    """Cells that differ in nothing but their row, or their column; the single fields."""
    yield [_Cell(e.id, plain_label(e.label), e, e.type) for e in form.entries if e.type in AMOUNTS]
    for grid in form.grids:
        amounts = [c for c in grid.columns if c.type in AMOUNTS]
        for c in amounts:
            rows = [row for row in grid.rows if not c.only or row.id in c.only]
            yield [_Cell(f"{r.id}.{c.id}", plain_label(r.label), c, c.type, is_total(r.label)) for r in rows]
        for r in grid.rows:
            columns = [c for c in amounts if not c.only or r.id in c.only]
            yield [
                _Cell(f"{r.id}.{c.id}", plain_label(c.label), r, c.type, is_total(c.label)) for c in columns
            ]


class _Totals:
    """What the list of one form comes to, table by table."""

    def __init__(self, form: DraftForm, listed: DraftList, tables: Sequence[Table]) -> None:
        self._form, self._tables, self._names = form, tables, form.names()
        self._amounts = [c for c in listed.columns if c.type in AMOUNTS]
        texts = [c for c in listed.columns if c.type == "text" and c.answer]
        #: what stands in every row
        self._key = next((c for c in texts if c.required), next(iter(texts), None))
        self._sorted = [words for c in listed.columns if (words := self._words(c))]

    def by_words(self, line: Sequence[_Cell]) -> Iterator[DraftTie]:
        """One law for the cells of a line that are called like the words of a column."""
        taken: set[str] = set()
        for words in self._sorted:
            named = _named([one for one in line if one.key not in taken], words)
            if not named:
                continue
            found = self._sum_of(named, words) or self._number_of(named, words)
            if found is not None:
                text, column = found
                parts = [[one.key, column.id, words.column.id, f'"{word}"'] for word, one in named.items()]
                yield self._tie(text, parts)
                taken |= {one.key for one in named.values()}

    def whole(self, one: _Cell) -> Iterator[DraftTie]:
        """A cell that holds what all rows come to."""
        filled = self._filled(one)
        if len(set(filled) - {0}) < (_DISTINCT if one.type == "money" else _DISTINCT_NUMBERS):
            return
        found = [c for c in self._by_likeness(one) if self._sums(c, one.type) == filled]
        if found:
            yield self._tie("{0} == 合计({1})", [[one.key, found[0].id]])
        elif self._key and one.type != "money" and self._numbers(self._key) == filled:
            yield self._tie("{0} == 个数({1})", [[one.key, self._key.id]])

    def _tie(self, text: str, parts: list[list[str]]) -> DraftTie:
        tolerance = "TOL_W" if "合计" in text else "TOL_0"
        return DraftTie(
            "", self._form.id, "表", text, parts[0], again=parts[1:], tolerance=tolerance, source=SOURCE
        )

    def _sum_of(self, named: Mapping[str, _Cell], words: _Words) -> tuple[str, DraftField] | None:
        """The column whose sums, word by word, stand in some cells."""
        cells = list(named.values())
        for column in self._by_likeness(cells[0]):
            due = {word: self._sums(column, one.type, words, word) for word, one in named.items()}
            if self._stands(named, due):
                return "{0} == 合计({1}, {2} == {3})", column
        return None

    def _number_of(self, named: Mapping[str, _Cell], words: _Words) -> tuple[str, DraftField] | None:
        """The column whose rows, word by word, are counted in some cells."""
        if self._key is None or any(one.type == "money" for one in named.values()):
            return None
        due = {word: self._numbers(self._key, words, word) for word in named}
        return ("{0} == 个数({1}, {2} == {3})", self._key) if self._stands(named, due) else None

    def _stands(self, named: Mapping[str, _Cell], due: Mapping[str, _Series]) -> bool:
        filled = {word: self._filled(one) for word, one in named.items()}
        there = [number for series in filled.values() for number in series if number]
        says = len(set(there)) >= _DISTINCT or len(there) > _DISTINCT * len(named)
        return says and filled == due

    def _by_likeness(self, one: _Cell) -> list[DraftField]:
        """The columns that may add up to a cell, the one called most like it first."""
        said = f"{plain_label(one.of.label)}{one.label}"
        fitting = [c for c in self._amounts if (c.type == "money") is (one.type == "money")]
        return sorted(fitting, key=lambda c: -max(near(plain_label(c.label), said), _shared(c.label, said)))

    def _filled(self, one: _Cell) -> _Series:
        return tuple(self._exact([cell(t, self._names, one.key)], t, one.type) for t in self._tables)

    def _sums(self, column: DraftField, type_: str, words: _Words | None = None, word: str = "") -> _Series:
        return tuple(
            self._exact([i.values.get(column.name) for i in _rows(table, words, word)], table, type_)
            for table in self._tables
        )

    def _numbers(self, column: DraftField, words: _Words | None = None, word: str = "") -> _Series:
        counted = (
            [v for i in _rows(table, words, word) if (v := i.values.get(column.name)) and v.is_filled]
            for table in self._tables
        )
        return tuple(Decimal(len(values)) for values in counted)

    def _exact(self, values: Iterable[Value | None], table: Table, type_: str) -> Decimal:
        """What some cells come to, money in 万元."""
        total = Decimal(0)
        for value in values:
            if value is not None and value.number is not None:
                unit = value.unit or table.money_unit or self._form.money
                total += value.number * (MONEY.get(unit, Decimal(1)) if type_ == "money" else 1)
        return round(total, _PLACES)

    def _words(self, column: DraftField) -> _Words | None:
        """The words of a column, where these sort the rows: those of its drop-down, or what is said again."""
        if column.type == "choice":
            return _Words(column, tuple(map(squeeze, column.choices)))
        if column.type != "text" or not column.answer:
            return None
        said = [squeeze(v.raw) for t in self._tables for i in t.items if (v := i.values.get(column.name))]
        words = tuple(dict.fromkeys(filter(None, said)))
        is_sorting = 1 < len(words) <= _MOST_WORDS and len(said) >= _TIMES * len(words)
        return _Words(column, words) if is_sorting else None


def _rows(table: Table, words: _Words | None, word: str) -> list[Item]:
    """The rows of a list; with `words`, those that have one word in their column."""
    if words is None:
        return table.items
    name = words.column.name
    return [i for i in table.items if (value := i.values.get(name)) and squeeze(value.raw) == word]


def _named(line: Sequence[_Cell], words: _Words) -> dict[str, _Cell]:
    """Of each word the cell that is called after it, where there is just one."""
    found: dict[str, _Cell] = {}
    for word in words.words:
        same = [one for one in line if squeeze(one.label) == word]
        called = same or [one for one in line if word in squeeze(one.label)]
        if len(called) == 1 and called[0] not in found.values():
            found[word] = called[0]
    return found


def _shared(label: str, said: str) -> float:
    """How much of a heading comes again in what is said of a cell."""
    words = plain_label(label)
    return 0.9 if words in said or said in words else 0.0
