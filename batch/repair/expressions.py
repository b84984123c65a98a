"""Expressions at a place as sums of its cells, and conditions as the cases in which they hold.

Whatever cell an expression names is remembered, with what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from batch.checks.engine.amount import Missing
from batch.checks.engine.evaluate import test
from batch.checks.engine.fields import Fields, Slot
from batch.checks.engine.place import Place
from batch.config.expression import Binary, Call, Compare, Logic, Name, Negative, Node, Number, plain_sum
from batch.forms.spec.spec import Field
from batch.model.form import BLANK, Submission, Table, Value
from batch.repair.linear import NOTHING, SCALE, Case, Cell, Linear, comparison, together
from batch.repair.sums import (
    LinearSum,
    cell_of,
    compared_in_one_unit,
    constant,
    in_one_unit,
    number_of,
    total,
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


class NotLinear(Exception):  # noqa: N818 - says what it is
    """A tie, or a part of one, that is no linear row on this submission."""


def _in_headings(table: Table) -> Iterator[tuple[str, Value]]:
    for group in table.groups:
        yield "/".join(group.path), group.weight
    for item in table.items:
        for value in item.values.values():
            if "in-label" in value.notes:
                yield "/".join(item.path), value


class Expressions:
    """Turns expressions into sums, gathering the cells they touch."""

    def __init__(self, fields: Fields, submission: Submission) -> None:
        #: what each cell holds, the value as read, and what the form expects there: see Rows
        self.values: dict[Cell, int] = {}
        self.filled: dict[Cell, Value] = {}
        self.slots: dict[Cell, Slot] = {}
        self._addends = 0
        #: by the identity of a value, the sum of its cell alone
        self._alone: dict[int, LinearSum] = {}
        # points that stand in the brackets of a heading are no fields of their own
        self._slots = {
            id(value): Slot(table, _POINTS, value, name, name)
            for table in submission.tables
            for name, value in _in_headings(table)
            if value.ref
        }
        own = [slot for slot in fields.slots if slot.value.ref]
        self._slots |= {id(slot.value): slot for slot in own}

    def slot_of(self, value: Value) -> Slot | None:
        """The field of a value; None for one that has no cell."""
        return self._slots.get(id(value))

    def note(self, slot: Slot, number: int) -> Cell:
        """Remember a cell with what it counts as."""
        cell = cell_of(slot)
        self.values.setdefault(cell, number)
        self.filled.setdefault(cell, slot.value)
        self.slots.setdefault(cell, slot)
        return cell

    def cases(self, node: Node, place: Place, *, negated: bool = False) -> tuple[Case, ...]:
        """A condition as alternatives; those of its negation when `negated`. Raises NotLinear."""
        if isinstance(node, Logic):
            if node.op == "非":
                return self.cases(node.nodes[0], place, negated=not negated)
            parts = [self.cases(part, place, negated=negated) for part in node.nodes]
            either = (node.op == "或") is not negated
            cases = tuple(case for part in parts for case in part) if either else together(parts)
            if len(cases) > _MOST_CASES:
                raise NotLinear("条件分支太多")
            return cases
        if isinstance(node, Compare):
            return self._compare(node, place, negated=negated)
        if isinstance(node, Call) and node.function == "已填" and isinstance(node.arguments[0], Name):
            value = place.find(node.arguments[0].text)
            filled = value is not None and value.state is not BLANK
            return ((),) if filled is not negated else ()
        raise NotLinear("条件不是比较")

    def _compare(self, node: Compare, place: Place, *, negated: bool) -> tuple[Case, ...]:
        if node.is_of_texts:
            # no change of a number settles it
            said = test(node, place)
            if isinstance(said, Missing):
                raise NotLinear(said.reason)
            return ((),) if said is not negated else ()
        op = _OPPOSITE[node.op] if negated else node.op
        if isinstance(node.left, Call) and node.left.function == "绝对值":
            inside, right = self.sum(node.left.arguments[0], place), self.sum(node.right, place)
            if op not in ("<=", "<", ">", ">="):
                raise NotLinear("绝对值的等式")
            above, _ = self.difference(inside, right)
            opposite = inside.scaled_by(-1)
            below, _ = self.difference(opposite, right)
            within = op.startswith("<")
            first, second = comparison(op, above, 0), comparison(op, below, 0)
            return together([first, second]) if within else (*first, *second)
        left, right = self.sum(node.left, place), self.sum(node.right, place)
        expression, _ = self.difference(left, right)
        return comparison(op, expression, 0)

    def sum(self, node: Node, place: Place) -> LinearSum:
        """An expression as a sum of cells. Raises NotLinear, TooMany."""
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
                raise NotLinear(f"表中没有“{node.text}”")
            return self._value(value)
        if isinstance(node, Negative):
            inner = self.sum(node.node, place)
            return inner.scaled_by(-1)
        if isinstance(node, Binary):
            return self._binary(node, place)
        if (name := plain_sum(node)) is not None:
            parts = place.parts(name)
            if not parts:
                raise NotLinear(f"“{name}”没有数据")
            self._addends += len(parts)
            if self._addends > _MOST_ADDENDS:
                raise TooMany
            return total([self._value(value) for value in parts])
        raise NotLinear("不是和差")

    def _binary(self, node: Binary, place: Place) -> LinearSum:
        if node.op in "+-":
            left, right = self._addend(node.left, place), self._addend(node.right, place)
            return self._plus(left, right, 1 if node.op == "+" else -1)
        left, right = self.sum(node.left, place), self.sum(node.right, place)
        if node.op == "*" and left.linear.is_constant:
            return right.scaled_by(Fraction(left.linear.constant, SCALE))
        if node.op == "*" and right.linear.is_constant:
            return left.scaled_by(Fraction(right.linear.constant, SCALE))
        if node.op == "/" and right.linear.is_constant and right.linear.constant:
            return left.scaled_by(Fraction(SCALE, right.linear.constant))
        raise NotLinear("乘除两个单元格")

    def _addend(self, node: Node, place: Place) -> LinearSum:
        """One of several addends: a sum of rows of which this form has none adds nothing, as in the check."""
        name = plain_sum(node)
        if name is not None and not place.parts(name) and not place.several(name).unclear:
            return LinearSum(NOTHING)
        return self.sum(node, place)

    def _plus(self, left: LinearSum, right: LinearSum, sign: int) -> LinearSum:
        a, b, unit = in_one_unit(left, right)
        return LinearSum(a.plus(b, sign), unit, left.filled + right.filled)

    def difference(self, left: LinearSum, right: LinearSum) -> tuple[Linear, str]:
        """One sum less another, and the unit they are compared in."""
        a, b, unit = compared_in_one_unit(left, right)
        return a.plus(b, -1), unit

    def _value(self, value: Value) -> LinearSum:
        found = self._alone.get(id(value))
        if found is None:
            cell = self.cell(value)
            filled = 0 if value.state is BLANK else 1
            alone = LinearSum(Linear({cell: 1}, 0), unit_of(self.slots[cell]), filled)
            found = self._alone[id(value)] = alone
        return found

    def cell(self, value: Value) -> Cell:
        """The cell of a value, remembered. Raises NotLinear."""
        slot = self._slots.get(id(value))
        if value.kind == "day":
            raise NotLinear("日期不推算")
        if slot is None:
            raise NotLinear("没有单元格")
        cell = cell_of(slot)
        if cell not in self.values:
            number = number_of(value)
            if number is None:
                raise NotLinear(f"“{value.raw.strip()}”不是确切数")
            self.note(slot, number)
        return cell
