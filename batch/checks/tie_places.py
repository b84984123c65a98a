"""What ties find at single places of a submission, before some of its cells hold other values and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from batch.checks.engine.catalogue import Check
from batch.checks.engine.collect import Told, found_by
from batch.checks.engine.edited import Edited
from batch.checks.engine.place import Place, SharedSums
from batch.checks.engine.places import Spots, places
from batch.checks.engine.ties import run_ties
from batch.checks.run import Inputs
from batch.config.expression import AGGREGATES, calls, names

#: by the identity of a value, the places that read it
_Readers = dict[int, list[Place]]


class TiePlaces:
    """The places of the ties of one submission."""

    def __init__(self, before: Inputs) -> None:
        self._before = before
        #: by check; None where any place may read any value
        self._readers: dict[str, _Readers | None] = {}

    def reading(self, check: Check, values: Iterable[int]) -> dict[int, Place] | None:
        """The places at which a tie reads one of these values, all by identity; None where any may be one."""
        if check.id not in self._readers:
            self._readers[check.id] = None if check.is_function else self._read_by(check)
        readers = self._readers[check.id]
        if readers is None:
            return None
        return {id(place): place for value in values for place in readers.get(value, ())}

    def only_reader(self, check: Check, value: int) -> int | None:
        """The one place at which a tie reads a value, both by identity; None where there are several."""
        places = self.reading(check, [value]) or {}
        return next(iter(places)) if len(places) == 1 else None

    def _read_by(self, check: Check) -> _Readers | None:
        nodes = [*check.ties, *check.say.values(), *([check.when] if check.when else ())]
        sums = [call for node in nodes for call in calls(node) if call.function in AGGREGATES]
        # a sum with a condition reads whole rows
        if check.each == "单位" or any(len(call.arguments) > 1 for call in sums):
            return None
        single = {check.at, *check.require, *(name for node in nodes for name in names(node, in_sums=False))}
        summed = {name for call in sums for name in names(call)}
        before = self._before
        view = before.views.of(check)
        found: _Readers = {}
        for place in places(check, view, before.forms, before.spots[id(view)]):
            values = [value for name in single if (value := place.find(name)) is not None]
            for name in summed:
                values += place.parts(name)
            for key in {id(value) for value in values}:
                found.setdefault(key, []).append(place)
        return found


def found_now(check: Check, here: Collection[Place], edited: Edited, inputs: Inputs) -> Told:
    """What a tie finds at these places now that cells hold other values."""
    if not here:
        return Told()
    view, shared = inputs.views.of(check), SharedSums()
    now = [
        Place(
            check,
            inputs.forms,
            view,
            place.table and edited.table(place.table),
            place.row,
            place.column,
            place.item and edited.items.get(id(place.item), place.item),
            place.group and edited.groups.get(id(place.group), place.group),
            place.label,
            shared=shared,
        )
        for place in here
    ]
    spots = Spots.only(check, now, inputs.blanks.implied)
    results = run_ties(check, view, inputs.forms, inputs.reported, spots)
    return found_by(check, view, results, inputs.reported)
