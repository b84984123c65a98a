"""What a check across the units of a batch gets to see, and how its function is registered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.requested_cells import ASKED, Key, field_of
from batch.model.reference import RosterUnit
from batch.model.turnout import Turnout
from batch.model.unit_facts import KeptCell, UnitFacts


@dataclass(slots=True)
class Batch:
    """What a check across units gets: the units that have the forms it needs."""

    check: Check
    units: Sequence[UnitFacts]
    #: who must report; empty without a roster
    roster: Sequence[RosterUnit] = ()
    #: how they stand; None without one
    turnout: Turnout | None = None
    #: for each of the units what the check's `look` made of its cells, as it is registered; none without one
    seen: Any = ()

    def pick(self, unit: UnitFacts, wanted: Collection[Key]) -> dict[Key, list[KeptCell]]:
        """The unit's cells under names the check is registered with, in the order of its forms.

        They are read from the store: this is for the few units to be told something, `look` for all.
        """
        for key in wanted:
            self.check.reads.ask(*field_of(key))
        return {key: cells for key, cells in by_key(unit).items() if key in wanted}


#: what a check says of one place of one unit; the unit may be one that sent nothing
AcrossResult = tuple[UnitFacts, Passed | NotApplicable | Unchecked | Violation[KeptCell]]


#: one unit's cells
Cells = Mapping[Key, Sequence[KeptCell]]
AcrossFunction = Callable[[Batch], Iterable[AcrossResult]]
#: what a check makes of them
Look = Callable[[Check, UnitFacts, Cells], Any]
ACROSS: dict[str, AcrossFunction] = {}
LOOKS: dict[str, Look] = {}
#: where what is made of the units goes, one behind the other
SEEN: dict[str, Callable[[], Any]] = {}
#: the cells each of them is registered with
KEYS: dict[str, tuple[Key, ...]] = {}


def across(
    identity: str, *asked: Key, look: Look | None = None, seen: Callable[[], Any] = list
) -> Callable[[AcrossFunction], AcrossFunction]:
    """Register a function as the check `identity` over all units of a batch.

    `asked`: the cells it may pick; see `gone`. `look`: what it makes of one unit's cells, for `Batch.seen`;
    the cells are read once for all checks, and what is made of them is kept for all units:
    appended to what `seen` makes.
    """

    def register(function: AcrossFunction) -> AcrossFunction:
        if identity in ACROSS:
            raise ValueError(f"check {identity} is registered twice")
        ACROSS[identity], KEYS[identity] = function, asked
        if look is not None:
            LOOKS[identity], SEEN[identity] = look, seen
        ASKED.update(asked)
        return function

    return register


def by_key(unit: UnitFacts) -> dict[Key, list[KeptCell]]:
    """A unit's kept cells by what they are asked for as, in the order of its forms."""
    cells: dict[Key, list[KeptCell]] = {}
    for cell in unit.asked:
        cells.setdefault((cell.form, cell.row, cell.column), []).append(cell)
    return cells
