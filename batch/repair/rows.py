"""The ties of the catalogue on one submission, compiled to exact rows over its cells.

Taken are ties and requirements of severity 错误 and 核实; what a tie says that is not linear (a score
computed from others, a minimum) becomes a row that only a change of one of its cells settles. A tie that
cannot be checked on the submission as it is gives no row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
from batch.config.expression import Binary, Call, Compare, Logic, Name, Negative, Node, Number, plain_sum
from batch.forms.spec.spec import Field, PackForms
from batch.model.form import BLANK, Submission, Table, Value
from batch.model.status import IN_FORCE, Severity
from batch.repair.followers import Follower, followers_of
from batch.repair.linear import NOTHING, SCALE, Case, Cell, Linear, Row, comparison, equal, together
from batch.repair.sums import (
    LinearSum,
    cell_of,
    compared_in_one_unit,
    constant,
    in_one_unit,
    number_of,
    slack_of,
    unit_of,
)

_POINTS = Field("分值", "分值", type="score")
_OPPOSITE = {"==": "!=", "!=": "==", "<=": ">", ">=": "<", "<": ">=", ">": "<="}
#: more ways in which a condition may fail than this are not worth a search
_MOST_CASES = 24
#: cells added up in all sums of a submission: an ordinary one has some hundreds
_MOST_ADDENDS = 20_000


class TooMany(Exception):  # noqa: N818 - says what it is
    """A submission with so many rows that compiling its ties would take longer than the file is worth."""


class _NotLinear(Exception):  # noqa: N818 - says what it is
    """A tie, or a part of one, that is no linear row on this submission."""


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
    for slot in fields.in_state(BLANK):
        if cell_of(slot) in missing:
            compiler.note(slot, 0)
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


def _in_headings(table: Table) -> Iterator[tuple[str, Value]]:
    for group in table.groups:
        yield "/".join(group.path), group.weight
    for item in table.items:
        for value in item.values.values():
            if "in-label" in value.notes:
                yield "/".join(item.path), value


class _Compiler:
    """Turns places into rows, gathering the cells they touch."""

    def __init__(self, fields: Fields, submission: Submission) -> None:
        self.made = Rows()
        self._addends = 0
        # points that stand in the brackets of a heading are no fields of their own
        self._slots = {
            id(value): Slot(table, _POINTS, value, name, name)
            for table in submission.tables
            for name, value in _in_headings(table)
            if value.ref
        }
        own = [slot for slot in fields.slots if slot.value.ref]
        self._slots |= {id(slot.value): slot for slot in own}
        self._by_cell = {cell_of(slot): slot for slot in own}

    def follows(self, follower: Follower) -> bool:
        """Remember a cell with a formula and the fields it refers to, where all are exact numbers."""
        slots = [follower.slot, *(self._by_cell[cell] for cell in sorted(follower.inputs))]
        numbers = [number_of(slot.value) for slot in slots]
        for slot, number in zip(slots, numbers, strict=True):
            if number is not None:
                self.note(slot, number)
        return None not in numbers

    def place(self, check: Check, place: Place, number: int) -> None:
        """The rows of a check at one place."""
        try:
            unless = self._unless(check, place)
        except _NotLinear as reason:
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
            except _NotLinear as reason:
                self.made.skipped.append((check.id, place.label, str(reason)))
                continue
            self._add(row, RowSource(check, number, which))
        for name in check.require:
            value = place.find(name)
            if value is None or value.is_filled or id(value) not in self._slots:
                continue
            cell = self.note(self._slots[id(value)], 0)
            self._add(Row(check.id, place.label, unless, frozenset([cell])), RowSource(check, number, -1))

    def _add(self, row: Row, source: RowSource) -> None:
        self.made.rows.append(row)
        self.made.sources.append(source)

    def note(self, slot: Slot, number: int) -> Cell:
        """Remember a cell with what it counts as."""
        cell = cell_of(slot)
        self.made.values.setdefault(cell, number)
        self.made.filled.setdefault(cell, slot.value)
        self.made.slots.setdefault(cell, slot)
        return cell

    def _unless(self, check: Check, place: Place) -> tuple[Case, ...]:
        return self._cases(check.when, place, negated=True) if check.when is not None else ()

    def _tie(self, check: Check, tie: Compare, place: Place, unless: tuple[Case, ...], condition: str) -> Row:
        if tie.is_of_texts:
            raise _NotLinear("比较的是文字")
        quotient = tie.right if isinstance(tie.right, Binary) and tie.right.op == "/" else None
        if tie.op == "==" and isinstance(tie.left, Name) and quotient is not None:
            row = self._rate(check, tie.left, quotient, place)
            if row is not None:
                return replace(row, cases=(*row.cases, *unless), condition=condition)
        try:
            left, right = self._sum(tie.left, place), self._sum(tie.right, place)
        except _NotLinear:
            return self._computed(check, tie, place, unless, condition)
        expression, unit = self._difference(left, right)
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
            cell = self._cell(value)
            inputs = {self._cell(one) for one in due.sources}
            return Row(check.id, place.label, ((),), frozenset([cell, *inputs]), cell)
        if not isinstance(typed, Amount) or len(typed.sources) != 1:
            return None
        over, under = self._sum(quotient.left, place), self._sum(quotient.right, place)
        if under.linear.is_constant:
            return None
        rate = as_rate(typed, due, check.tolerance) if isinstance(due, Amount) else typed
        cell = self._cell(typed.sources[0])
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
            raise _NotLinear("有数无法计算")
        cells = {self._cell(value) for value in (*left.sources, *right.sources)}
        if not cells:
            raise _NotLinear("没有单元格")
        kept: tuple[Case, ...] = ((),) if holds(tie.op, left, right, check.tolerance) else ()
        alone = len(left.sources) == 1 and isinstance(tie.left, Name)
        result = self._cell(left.sources[0]) if tie.op == "==" and alone else None
        return Row(check.id, place.label, (*kept, *unless), frozenset(cells), result, condition)

    # conditions

    def _cases(self, node: Node, place: Place, *, negated: bool = False) -> tuple[Case, ...]:
        """A condition as alternatives; those of its negation when `negated`."""
        if isinstance(node, Logic):
            if node.op == "非":
                return self._cases(node.nodes[0], place, negated=not negated)
            parts = [self._cases(part, place, negated=negated) for part in node.nodes]
            either = (node.op == "或") is not negated
            cases = tuple(case for part in parts for case in part) if either else together(parts)
            if len(cases) > _MOST_CASES:
                raise _NotLinear("条件分支太多")
            return cases
        if isinstance(node, Compare):
            return self._compare(node, place, negated=negated)
        if isinstance(node, Call) and node.function == "已填" and isinstance(node.arguments[0], Name):
            value = place.find(node.arguments[0].text)
            filled = value is not None and value.state is not BLANK
            return ((),) if filled is not negated else ()
        raise _NotLinear("条件不是比较")

    def _compare(self, node: Compare, place: Place, *, negated: bool) -> tuple[Case, ...]:
        if node.is_of_texts:
            # no change of a number settles it
            said = test(node, place)
            if isinstance(said, Missing):
                raise _NotLinear(said.reason)
            return ((),) if said is not negated else ()
        op = _OPPOSITE[node.op] if negated else node.op
        if isinstance(node.left, Call) and node.left.function == "绝对值":
            inside, right = self._sum(node.left.arguments[0], place), self._sum(node.right, place)
            if op not in ("<=", "<", ">", ">="):
                raise _NotLinear("绝对值的等式")
            above, _ = self._difference(inside, right)
            opposite = inside.scaled_by(-1)
            below, _ = self._difference(opposite, right)
            within = op.startswith("<")
            first, second = comparison(op, above, 0), comparison(op, below, 0)
            return together([first, second]) if within else (*first, *second)
        left, right = self._sum(node.left, place), self._sum(node.right, place)
        expression, _ = self._difference(left, right)
        return comparison(op, expression, 0)

    # sums

    def _sum(self, node: Node, place: Place) -> LinearSum:
        if isinstance(node, Number):
            return constant(node.value)
        if isinstance(node, Name):
            if node.text in place.check.thresholds:
                return constant(place.check.thresholds[node.text])
            value = place.find(node.text)
            if value is None:
                gone = place.value(node.text)
                if isinstance(gone, Missing) and gone.blank:
                    # a row or column this print need not have
                    return LinearSum(NOTHING)
                raise _NotLinear(f"表中没有“{node.text}”")
            return self._value(value)
        if isinstance(node, Negative):
            inner = self._sum(node.node, place)
            return inner.scaled_by(-1)
        if isinstance(node, Binary):
            return self._binary(node, place)
        if (name := plain_sum(node)) is not None:
            parts = place.parts(name)
            if not parts:
                raise _NotLinear(f"“{name}”没有数据")
            self._addends += len(parts)
            if self._addends > _MOST_ADDENDS:
                raise TooMany
            total = LinearSum(NOTHING)
            for value in parts:
                total = self._plus(total, self._value(value), 1)
            return total
        raise _NotLinear("不是和差")

    def _binary(self, node: Binary, place: Place) -> LinearSum:
        left, right = self._sum(node.left, place), self._sum(node.right, place)
        if node.op in "+-":
            return self._plus(left, right, 1 if node.op == "+" else -1)
        if node.op == "*" and left.linear.is_constant:
            return right.scaled_by(Fraction(left.linear.constant, SCALE))
        if node.op == "*" and right.linear.is_constant:
            return left.scaled_by(Fraction(right.linear.constant, SCALE))
        if node.op == "/" and right.linear.is_constant and right.linear.constant:
            return left.scaled_by(Fraction(SCALE, right.linear.constant))
        raise _NotLinear("乘除两个单元格")

    def _plus(self, left: LinearSum, right: LinearSum, sign: int) -> LinearSum:
        a, b, unit = in_one_unit(left, right)
        return LinearSum(a.plus(b, sign), unit, left.filled + right.filled)

    def _difference(self, left: LinearSum, right: LinearSum) -> tuple[Linear, str]:
        a, b, unit = compared_in_one_unit(left, right)
        return a.plus(b, -1), unit

    def _value(self, value: Value) -> LinearSum:
        cell = self._cell(value)
        filled = 0 if value.state is BLANK else 1
        return LinearSum(Linear({cell: 1}, 0), unit_of(self.made.slots[cell]), filled)

    def _cell(self, value: Value) -> Cell:
        slot = self._slots.get(id(value))
        if value.kind == "day":
            raise _NotLinear("日期不推算")
        if slot is None:
            raise _NotLinear("没有单元格")
        cell = cell_of(slot)
        if cell not in self.made.values:
            number = number_of(value)
            if number is None:
                raise _NotLinear(f"“{value.raw.strip()}”不是确切数")
            self.note(slot, number)
        return cell
