"""What ties find at single places of a submission, before some of its cells hold other values and after."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from batch.checks.engine.catalogue import Check
from batch.checks.engine.collect import Told, found_by
from batch.checks.engine.edited import Edited
from batch.checks.engine.place import Place, SharedSums
from batch.checks.engine.places import Spots
from batch.checks.engine.ties import run_ties
from batch.checks.readers import Asked
from batch.checks.run import Inputs

#: by the identity of a value, the places that read it
_Readers = dict[int, list[Place]]


class TiePlaces:
    """The places of the ties of one submission."""

    def __init__(self, before: Inputs, asked: Mapping[str, Asked | None]) -> None:
        """`asked`: see Checks."""
        self._before, self._asked = before, asked
        #: by check; None where any place may read any value
        self._readers: dict[str, _Readers | None] = {}

    def reading(self, check: Check, values: Iterable[int]) -> dict[int, Place] | None:
        """The places at which a tie reads one of these values, all by identity; None where any may be one."""
        if check.id not in self._readers:
            asked = self._asked[check.id]
            self._readers[check.id] = self._read_by(check, asked) if asked else None
        readers = self._readers[check.id]
        if readers is None:
            return None
        return {id(place): place for value in values for place in readers.get(value, ())}

    def only_reader(self, check: Check, value: int) -> int | None:
        """The one place at which a tie reads a value, both by identity; None where there are several."""
        places = self.reading(check, [value]) or {}
        return next(iter(places)) if len(places) == 1 else None

    def _read_by(self, check: Check, asked: Asked) -> _Readers:
        before, found = self._before, _Readers()
        view = before.views.of(check)
        for place, _ in before.spots[id(view)].at(check, view, before.forms):
            values = {id(value) for name in asked.single if (value := place.find(name)) is not None}
            for name in asked.summed:
                values.update(map(id, place.parts(name)))
            for key in values:
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
