"""Sums of a form's columns, from its ties and the formulas of its rows, as two sides of cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from batch.checks.engine.amount import Amount, add_up, of_value
from batch.checks.engine.catalogue import Check
from batch.checks.engine.place import parts_under
from batch.checks.engine.tolerance import holds
from batch.config.expression import Binary, Compare, Name, Node, names, parse_expression, plain_sum
from batch.forms.spec.spec import FormSpec
from batch.model.form import FILLED, Table, Value
from batch.model.status import SWITCHED_OFF


@dataclass(frozen=True, slots=True)
class ColumnSum:
    """Two sides of one column that should be equal, or of which the left one should not be less."""

    op: str
    column: str
    left: tuple[Value, ...]
    right: tuple[Value, ...]
    tolerance: str

    def edited(self, new: Mapping[int, Value]) -> ColumnSum:
        """The same sum with other values, by the identity of those that they replace."""
        if new.keys().isdisjoint(map(id, self.cells)):
            return self
        left, right = (tuple(new.get(id(v), v) for v in side) for side in (self.left, self.right))
        return ColumnSum(self.op, self.column, left, right, self.tolerance)

    @property
    def cells(self) -> tuple[Value, ...]:
        """All cells of both sides."""
        return self.left + self.right

    @property
    def whole(self) -> Value | None:
        """The cell that is the sum of the others; None where both sides are sums."""
        return self.left[0] if len(self.left) == 1 else None

    @property
    def is_computed(self) -> bool:
        """Whether a formula made it of whatever is there: it holds then, and shows nothing."""
        return self.whole is not None and self.whole.formula is not None

    @property
    def is_empty(self) -> bool:
        """Whether no number was typed on either side: a stroke is none, nor a formula's 0 over blanks."""
        return not any(v.state is FILLED and (v.number or not v.formula) for v in self.cells)

    def parts(self, implied: Mapping[int, Amount]) -> Amount | None:
        """What the right side comes to; None where a cell of it cannot be read."""
        return _side(self.right, implied)

    def holds(self, implied: Mapping[int, Amount]) -> bool:
        """Whether it holds with every blank as 0, or as what is implied for it."""
        left, right = _side(self.left, implied), _side(self.right, implied)
        return left is not None and right is not None and holds(self.op, left, right, self.tolerance)


def _side(values: Sequence[Value], implied: Mapping[int, Amount]) -> Amount | None:
    total = add_up([implied.get(id(value)) or of_value(value, "") for value in values], "")
    if isinstance(total, Amount):
        return total
    return Amount(Decimal(0), values[0].unit) if total.blank else None


def sums_of(
    table: Table, spec: FormSpec, catalogue: Iterable[Check], columns: Collection[str]
) -> list[ColumnSum]:
    """The sums of some of a table's columns: those of its ties, and of its rows' formulas where no tie has
    them."""
    own = [check for check in catalogue if check.form == spec.key and check.each == "列"]
    summing = [check for check in own if check.status != SWITCHED_OFF and not check.when]
    found: list[ColumnSum] = []
    for grid in spec.grids:
        compared = [
            (tie, check.tolerance, check.columns)
            for check in summing
            for tie in check.ties
            if tie.op in ("==", ">=")
        ]
        tied = {names(tie)[0] for tie, _, _ in compared if tie.op == "=="}
        compared += [
            (Compare("==", Name(row.name), parse_expression(row.formula)), "TOL_W", ())
            for row in grid.rows
            if row.formula and row.name not in tied
        ]
        for column in grid.columns:
            if column.type != "money" or column.name not in columns:
                continue
            for tie, tolerance, only in compared:
                if only and column.name not in only:
                    continue
                left = _cells(tie.left, table, spec, column.name)
                right = _cells(tie.right, table, spec, column.name)
                if left and right:
                    found.append(ColumnSum(tie.op, column.name, tuple(left), tuple(right), tolerance))
    return found


def _cells(node: Node, table: Table, spec: FormSpec, column: str) -> list[Value] | None:
    """The cells that a side of a tie adds up in a column; None for one that is no plain sum of rows."""
    if isinstance(node, Name):
        value = table.fields.get(f"{node.text}.{column}")
        # a row that this print does not have adds nothing
        return [] if value is None else [value]
    if isinstance(node, Binary) and node.op == "+":
        left, right = _cells(node.left, table, spec, column), _cells(node.right, table, spec, column)
        return None if left is None or right is None else left + right
    if (name := plain_sum(node)) is not None:
        heading, _, rest = name.partition(".")
        return parts_under(heading, column, table, spec) if rest == "子项" else None
    return None
