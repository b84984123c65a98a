"""A submission with some cells corrected, as the unit would send it back; it itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from batch.checks.engine.amount import Amount
from batch.checks.engine.edited import Edited, Edits
from batch.checks.engine.evaluate import calculate
from batch.checks.engine.fields import Slot
from batch.checks.engine.places import places
from batch.checks.run import views_of
from batch.forms.spec.spec import PackForms
from batch.model.form import FILLED, Submission, Value
from batch.model.record import replace
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
        text, number, unit, kind = f"{rate:f}%", rate / 100, "%", "percent"
    else:
        # a number keeps the decimals it needs, money at least two
        least = 2 if slot.field.type == "money" else 0
        places = max(least, -int(number.normalize().as_tuple().exponent))
        text = f"{number.quantize(Decimal(1).scaleb(-places)):f}"
        number, unit, kind = Decimal(text), unit_of(slot), "number"
    value = replace(
        slot.value,
        state=FILLED,
        raw=text,
        number=number,
        places=places,
        unit=unit,
        op="",
        upper=None,
        kind=kind,
        notes=(),
        formula=None,
    )
    return Typed(value, text)


class Applied:
    """Puts corrections into the cells of one submission."""

    def __init__(self, submission: Submission, compiled: Rows, forms: PackForms) -> None:
        self._submission, self._compiled, self._forms = submission, compiled, forms
        self._edits = Edits(submission)

    def values(
        self, changes: Iterable[Change], known: Mapping[Cell, Value]
    ) -> tuple[dict[Cell, Value], dict[Cell, str]]:
        """What the cells hold after these changes, and the text that each of theirs is to hold.

        `known`: what other cells hold by then. What only the unit knows is filled in for trying only, and is
        not among the texts.
        """
        new = dict(known)
        texts: dict[Cell, str] = {}
        follow: list[Change] = []
        for change in changes:
            slot = self._compiled.slots[change.cell]
            if change.follows >= 0:
                follow.append(change)
            elif change.number is not None:
                made = typed(slot, change.number)
                new[change.cell], texts[change.cell] = made.value, made.text
            elif slot.field.type == "text":
                new[change.cell] = replace(slot.value, state=FILLED, raw=REASON, kind="text")
            elif change.is_bounded or not slot.value.is_filled:
                new[change.cell] = typed(slot, _between(change)).value
        new = self._refreshed(new)
        for change in follow:
            source = self._compiled.sources[change.follows]
            made_of = self.edited(new).submission
            due = _due(
                source, views_of(made_of, self._forms, self._compiled.catalogue).of(source.check), self._forms
            )
            if due is None:
                continue
            made = typed(self._compiled.slots[change.cell], due)
            texts[change.cell] = made.text
            new = self._refreshed({**new, change.cell: made.value})
        return new, texts

    def edited(self, new: Mapping[Cell, Value]) -> Edited:
        """The submission with these values."""
        return self._edits.made(new)

    def _refreshed(self, new: dict[Cell, Value]) -> dict[Cell, Value]:
        return refreshed(self._submission, self._compiled.followers, new)


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
    return Edits(submission).made(new).submission
