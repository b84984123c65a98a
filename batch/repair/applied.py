"""A submission with some cells corrected, as the unit would send it back; it itself stays as it is."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from batch.checks.engine.amount import Amount
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.fields import Slot
from batch.checks.engine.places import places
from batch.checks.run import views_of
from batch.forms.spec.spec import PackForms
from batch.model.form import FILLED, Submission, Table, Value
from batch.model.review import Finding
from batch.model.status import Severity
from batch.repair.changes import Change
from batch.repair.followers import refreshed
from batch.repair.linear import Cell
from batch.repair.prices import is_rate
from batch.repair.rows import Rows, RowSource
from batch.repair.sums import unit_of

#: a reason that stands for the one the unit will give, while a proposal is tried
REASON = "（请填写原因）"


@dataclass(frozen=True, slots=True)
class Typed:
    """What a cell is to hold: the value, and the text to type."""

    value: Value
    text: str


def typed(slot: Slot, number: Decimal) -> Typed:
    """A number as the unit would type it into this cell."""
    if is_rate(slot):
        places = max(slot.value.places, 2)
        rate = (number * 100).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        text = f"{rate:f}%"
        places = places if rate % 1 else max(slot.value.places, 2)
        value = replace(
            slot.value, state=FILLED, raw=text, number=rate / 100, places=places, unit="%", kind="percent"
        )
    else:
        # a number keeps the decimals it needs, money at least two
        places = 2 if slot.field.type == "money" else 0
        exact = number.normalize()
        decimals = max(places, -int(exact.as_tuple().exponent))
        text = f"{number.quantize(Decimal(1).scaleb(-decimals)):f}"
        value = replace(
            slot.value,
            state=FILLED,
            raw=text,
            number=Decimal(text),
            places=decimals,
            unit=unit_of(slot),
            kind="number",
        )
    return Typed(replace(value, op="", upper=None, notes=(), formula=None), text)


def changed(
    submission: Submission, compiled: Rows, changes: Iterable[Change], forms: PackForms
) -> tuple[Submission, dict[Cell, str]]:
    """The submission with these changes, and the text that each cell is to hold.

    What only the unit knows is filled in for trying only, and is not among the texts.
    """
    new: dict[Cell, Value] = {}
    texts: dict[Cell, str] = {}
    follow: list[Change] = []
    for change in changes:
        slot = compiled.slots[change.cell]
        if change.follows >= 0:
            follow.append(change)
        elif change.number is not None:
            made = typed(slot, change.number)
            new[change.cell], texts[change.cell] = made.value, made.text
        elif slot.field.type == "text":
            new[change.cell] = replace(slot.value, state=FILLED, raw=REASON, kind="text")
        elif change.is_bounded or not slot.value.is_filled:
            new[change.cell] = typed(slot, _between(change)).value
    made_of = with_values(submission, refreshed(submission, compiled.followers, new))
    for change in follow:
        source = compiled.sources[change.follows]
        due = _due(source, views_of(made_of, forms, compiled.catalogue).of(source.check), forms)
        if due is None:
            continue
        made = typed(compiled.slots[change.cell], due)
        texts[change.cell] = made.text
        made_of = with_values(made_of, refreshed(made_of, compiled.followers, {change.cell: made.value}))
    return made_of, texts


def _between(change: Change) -> Decimal:
    """Some value that a cell may hold of which only the bounds are known."""
    return change.low or (change.high if change.high is not None else Decimal(0))


def _due(source: RowSource, submission: Submission, forms: PackForms) -> Decimal | None:
    """What the tie behind a row comes to on a submission."""
    found = places(source.check, submission, forms)
    if source.place >= len(found):
        return None
    due = calculate(source.check.ties[source.tie].right, found[source.place])
    return due.value if isinstance(due, Amount) else None


def with_values(submission: Submission, new: Mapping[Cell, Value]) -> Submission:
    """A copy of the submission with other values in some cells."""
    result = copy.copy(submission)
    files = {cell[0] for cell in new}
    result.tables = [_table(table, new) if table.file in files else table for table in submission.tables]
    return result


def _table(table: Table, new: Mapping[Cell, Value]) -> Table:
    refs = {ref for _, _, ref in new}

    def put(value: Value) -> Value:
        if value.ref not in refs:
            return value
        other = new.get((table.file, value.sheet, value.ref))
        return other if other is not None and "in-label" not in value.notes else value

    made = copy.copy(table)
    made.fields = {name: put(value) for name, value in table.fields.items()}
    made.totals = {name: put(value) for name, value in table.totals.items()}
    by_old = {
        id(item): replace(item, values={name: put(value) for name, value in item.values.items()})
        if any(value.ref in refs for value in item.values.values())
        else item
        for item in table.items
    }
    made.items = [by_old[id(item)] for item in table.items]
    made.groups = [
        replace(group, weight=put(group.weight), items=[by_old[id(item)] for item in group.items])
        for group in table.groups
    ]
    return made


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes do to the findings, known by their keys."""

    cleared: tuple[str, ...]
    raised: tuple[Finding, ...]

    @property
    def is_safe(self) -> bool:
        """Whether no new 错误 comes of it."""
        return not any(finding.severity is Severity.ERROR for finding in self.raised)


def effect(before: Iterable[Finding], after: Iterable[Finding]) -> Effect:
    """The findings of a changed submission against those before."""
    was, now = ({finding.key: finding for finding in findings} for findings in (before, after))
    cleared = tuple(key for key in was if key not in now)
    return Effect(cleared, tuple(finding for key, finding in now.items() if key not in was))
