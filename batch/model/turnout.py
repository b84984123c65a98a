"""Who of the roster stands where in a round."""

from __future__ import annotations

from dataclasses import dataclass

from batch.model.reference import RosterUnit
from batch.model.status import MISSING, UNREADABLE


@dataclass(frozen=True, slots=True)
class UnreadUnit:
    """A unit that sent something, none of which could be read."""

    unit: RosterUnit
    #: (file, reason in Chinese)
    files: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Turnout:
    """The units of the roster: each has reported, could not be read, or is missing."""

    due: int
    reported: int
    unreadable: tuple[UnreadUnit, ...]
    missing: tuple[RosterUnit, ...]
    #: units that have reported and are not in the roster; no part of `due`
    outside: int

    @property
    def counts(self) -> dict[str, int]:
        """The numbers under the words people see: 应报 is the sum of the next three, 名册外 stands apart.

        读不了 and 名册外 only where there are such units.
        """
        told = {"应报": self.due, "已报": self.reported}
        if self.unreadable:
            told[UNREADABLE] = len(self.unreadable)
        told[MISSING] = len(self.missing)
        return told | ({"名册外": self.outside} if self.outside else {})
