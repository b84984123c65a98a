"""The result of one batch's review: what everything that is published and remembered is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType

from batch.model.review import Finding, Findings, Review
from batch.model.turnout import Turnout
from batch.model.unit_facts import UnitFacts


@dataclass(slots=True)
class Reviewed:
    """The result for all files of the inbox."""

    #: by code and name, put together in turn
    reviews: Sequence[Review] = ()
    #: of the same units
    facts: Sequence[UnitFacts] = ()
    #: (file, reason in Chinese): files that could not be read
    unprocessed: list[tuple[str, str]] = field(default_factory=list)
    #: what went wrong inside the program, for the log
    troubles: list[str] = field(default_factory=list)
    #: by file: digest of its bytes
    digests: dict[str, str] = field(default_factory=dict)
    #: by file: whom it names and the years its forms say, as text
    claims: dict[str, str] = field(default_factory=dict)
    #: findings about units that sent nothing: told, and counted nowhere
    others: list[Finding] = field(default_factory=list)
    #: by file that could not be processed, the unit it is of
    owners: dict[str, str] = field(default_factory=dict)
    #: None without a roster
    turnout: Turnout | None = None
    #: files that were read, because something about them was new
    read: int = 0

    @property
    def findings(self) -> Findings:
        """The findings about the units that sent something."""
        return Findings(LazyFindings(self.reviews))

    @property
    def all_findings(self) -> Findings:
        """Those about units that sent nothing as well."""
        return Findings(LazyFindings(self.reviews, Findings.of(self.others).by_unit))


class LazyFindings(Mapping[str, Sequence[Finding]]):
    """The findings of all units of a batch, by unit; only one unit's are in memory at a time."""

    def __init__(
        self, reviews: Sequence[Review], others: Mapping[str, Sequence[Finding]] = MappingProxyType({})
    ) -> None:
        """`reviews` may be a lazy sequence; `others`: the findings of further units, by unit."""
        self._reviews, self._others = reviews, others
        self._places = {review.unit: place for place, review in enumerate(reviews)}

    def __getitem__(self, unit: str) -> Sequence[Finding]:
        place = self._places.get(unit)
        return self._others[unit] if place is None else self._reviews[place].findings

    def __iter__(self) -> Iterator[str]:
        return chain(self._places, self._others)

    def __len__(self) -> int:
        return len(self._places) + len(self._others)
