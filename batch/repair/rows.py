"""The ties of the catalogue on one submission, compiled to exact rows over its cells.

Taken are ties and requirements of severity 错误 and 核实; what a tie says that is not linear (a score
computed from others, a minimum) becomes a row that only a change of one of its cells settles. A tie that
cannot be checked on the submission as it is gives no row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from batch.checks.engine.amount import Amount, Missing
from batch.checks.engine.catalogue import Check
from batch.checks.engine.evaluate import calculate, sides, test
from batch.checks.engine.fields import Fields, Slot
from batch.checks.engine.place import Place
from batch.checks.engine.places import Spots, places
from batch.checks.engine.tolerance import holds
from batch.checks.engine.unsigned_rates import as_rate
from batch.checks.run import views_of
from batch.config.expression import Binary, Compare, Name
from batch.forms.spec.spec import PackForms
from batch.model.form import BLANK, Submission, Value
from batch.model.status import IN_FORCE, Severity
from batch.repair.expressions import Expressions, NotLinear
from batch.repair.followers import Follower, followers_of
from batch.repair.linear import Case, Cell, Row, comparison, equal
from batch.repair.sums import (
    cell_of,
    number_of,
    slack_of,
)


@dataclass(frozen=True, slots=True)
class RowSource:
    """The tie behind a row: check, number of the place, number of the tie (-1: a requirement)."""

    check: Check
    place: int
    tie: int


@dataclass(slots=True)
class Rows:
    """The rows of one submission, and what stands in their cells."""

    rows: list[Row] = field(default_factory=list)
    #: what each cell holds, in 1/SCALE of its base; a blank counts as 0
    values: dict[Cell, int] = field(default_factory=dict)
    #: the value as read, by cell
    filled: dict[Cell, Value] = field(default_factory=dict)
    #: what the form expects in each cell, by cell
    slots: dict[Cell, Slot] = field(default_factory=dict)
    #: where each row comes from, so that its tie can be worked out again on a changed submission
    sources: list[RowSource] = field(default_factory=list)
    catalogue: dict[str, Check] = field(default_factory=dict)
    #: the cells whose formulas follow from others, each after those it refers to
    followers: tuple[Follower, ...] = ()
    #: (check, place, why) of ties that gave no row
    skipped: list[tuple[str, str, str]] = field(default_factory=list)


def compile_rows(
    submission: Submission,
    catalogue: dict[str, Check],
    forms: PackForms,
    fields: Fields,
    missing: Collection[Cell] = (),
) -> Rows:
    """All rows of a submission, in the order of the catalogue.

    `fields`: those of the submission; `missing`: cells to be filled, whether ties look at them or not.
    Raises TooMany.
    """
    compiler = _Compiler(fields, submission)
    compiler.note(slot for slot in fields.in_state(BLANK) if cell_of(slot) in missing)
    compiler.made.catalogue = catalogue
    compiler.made.followers = tuple(one for one in followers_of(fields) if compiler.follows(one))
    views = views_of(submission, forms, catalogue)
    spots = {id(view): Spots() for view in (views.own, views.together)}
    for check in catalogue.values():
        if check.status != IN_FORCE or check.each == "批次" or check.is_function:
            continue
        view = views.of(check)
        if check.severity is Severity.HINT or not {t.form for t in view.tables}.issuperset(check.needs):
            continue
        for number, place in enumerate(places(check, view, forms, spots[id(view)])):
            compiler.place(check, place, number)
    return compiler.made


class _Compiler:
    """Turns places into rows, gathering the cells they touch."""

    def __init__(self, fields: Fields, submission: Submission) -> None:
        self._of = Expressions(fields, submission)
        self.made = Rows(values=self._of.values, filled=self._of.filled, slots=self._of.slots)
        self._by_cell = {cell_of(slot): slot for slot in fields.slots if slot.value.ref}

    def note(self, blanks: Iterable[Slot]) -> None:
        """Remember blank cells, whether ties look at them or not."""
        for slot in blanks:
            self._of.note(slot, 0)

    def follows(self, follower: Follower) -> bool:
        """Remember a cell with a formula and the fields it refers to, where all are exact numbers."""
        slots = [follower.slot, *(self._by_cell[cell] for cell in sorted(follower.inputs))]
        numbers = [number_of(slot.value) for slot in slots]
        for slot, number in zip(slots, numbers, strict=True):
            if number is not None:
                self._of.note(slot, number)
        return None not in numbers

    def place(self, check: Check, place: Place, number: int) -> None:
        """The rows of a check at one place."""
        try:
            unless = self._unless(check, place)
        except NotLinear as reason:
            if check.when is None or test(check.when, place) is not True:
                return
            self.made.skipped.append((check.id, place.label, f"条件：{reason}"))
            unless = ()
        if () in unless:
            return
        condition = check.when_text if unless and check.each == "单位" else ""
        for which, tie in enumerate(check.ties):
            try:
                row = self._tie(check, tie, place, unless, condition)
            except NotLinear as reason:
                self.made.skipped.append((check.id, place.label, str(reason)))
                continue
            self._add(row, RowSource(check, number, which))
        for name in check.require:
            value = place.find(name)
            slot = self._of.slot_of(value) if value is not None and not value.is_filled else None
            if slot is None:
                continue
            cell = self._of.note(slot, 0)
            self._add(Row(check.id, place.label, unless, frozenset([cell])), RowSource(check, number, -1))

    def _add(self, row: Row, source: RowSource) -> None:
        self.made.rows.append(row)
        self.made.sources.append(source)

    def _unless(self, check: Check, place: Place) -> tuple[Case, ...]:
        return self._of.cases(check.when, place, negated=True) if check.when is not None else ()

    def _tie(self, check: Check, tie: Compare, place: Place, unless: tuple[Case, ...], condition: str) -> Row:
        if tie.is_of_texts:
            raise NotLinear("比较的是文字")
        quotient = tie.right if isinstance(tie.right, Binary) and tie.right.op == "/" else None
        if tie.op == "==" and isinstance(tie.left, Name) and quotient is not None:
            row = self._rate(check, tie.left, quotient, place)
            if row is not None:
                return replace(row, cases=(*row.cases, *unless), condition=condition)
        try:
            left, right = self._of.sum(tie.left, place), self._of.sum(tie.right, place)
        except NotLinear:
            return self._computed(check, tie, place, unless, condition)
        expression, unit = self._of.difference(left, right)
        slack = slack_of(check.tolerance, unit, max(left.filled, right.filled))
        return Row(
            check.id, place.label, (*comparison(tie.op, expression, slack), *unless), condition=condition
        )

    def _rate(self, check: Check, name: Name, quotient: Binary, place: Place) -> Row | None:
        """A rate beside what it follows from: linear in those as long as the rate stays as it is."""
        typed, due = place.value(name.text), calculate(quotient, place)
        value = place.find(name.text)
        if value is not None and value.state is BLANK and isinstance(due, Amount):
            # a blank follows from the others once it is filled in
            cell = self._of.cell(value)
            inputs = {self._of.cell(one) for one in due.sources}
            return Row(check.id, place.label, ((),), frozenset([cell, *inputs]), cell)
        if not isinstance(typed, Amount) or len(typed.sources) != 1:
            return None
        over, under = self._of.sum(quotient.left, place), self._of.sum(quotient.right, place)
        if under.linear.is_constant:
            return None
        rate = as_rate(typed, due, check.tolerance) if isinstance(due, Amount) else typed
        cell = self._of.cell(typed.sources[0])
        slack = Fraction(5) / Fraction(10) ** (rate.places + 3) + Fraction(1, 10000)
        due_rate = Fraction(rate.value)
        high = over.linear.plus(under.linear, -(due_rate + slack))
        low = over.linear.plus(under.linear, -(due_rate - slack))
        case = (*comparison("<=", high, 0)[0], *comparison(">=", low, 0)[0])
        # 100 % says that two figures are the same; any other rate is rounded
        sharp = equal(over.linear.plus(under.linear, -1), 0) if due_rate == 1 else ()
        return Row(check.id, place.label, (case,), frozenset([cell]), cell, sharp=sharp)

    def _computed(
        self, check: Check, tie: Compare, place: Place, unless: tuple[Case, ...], condition: str
    ) -> Row:
        """A tie that is not linear: when it does not hold, one of its cells has to change."""
        left, right = sides(tie, place)
        if isinstance(left, Missing) or isinstance(right, Missing):
            raise NotLinear("有数无法计算")
        cells = {self._of.cell(value) for value in (*left.sources, *right.sources)}
        if not cells:
            raise NotLinear("没有单元格")
        kept: tuple[Case, ...] = ((),) if holds(tie.op, left, right, check.tolerance) else ()
        alone = len(left.sources) == 1 and isinstance(tie.left, Name)
        result = self._of.cell(left.sources[0]) if tie.op == "==" and alone else None
        return Row(check.id, place.label, (*kept, *unless), frozenset(cells), result, condition)
