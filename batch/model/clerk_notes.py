"""What the bureau's clerk noted about units, beside the rulings: reminders and spot checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from batch.model.record import record
from batch.model.reference import GivenRuling


@record(frozen=True, slots=True)
class Reminder:
    """One call or letter to a unit that was to be reminded. Texts are as the clerk wrote them."""

    unit: str
    #: "2021-03-20" where it is a day
    when: str
    how: str = ""
    said: str = ""
    by: str = ""

    @property
    def text(self) -> str:
        """In one line: 2021-03-20电话：明天报（张三）."""
        what = "：".join(filter(None, (self.when + self.how, self.said)))
        return what + (f"（{self.by}）" if self.by else "")


@record(frozen=True, slots=True)
class SpotCheck:
    """What a spot check of a unit, or of one of its projects, came to."""

    unit: str
    #: "整体支出" or the project's name
    project: str
    score: Decimal | None
    opinion: str = ""
    by: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class ClerkNotes:
    """All of it, by the units' names squeezed."""

    reminders: Mapping[str, tuple[Reminder, ...]] = field(default_factory=lambda: MappingProxyType({}))
    spot_checks: Mapping[str, tuple[SpotCheck, ...]] = field(default_factory=lambda: MappingProxyType({}))
    #: those of the roster first
    rulings: tuple[GivenRuling, ...] = ()
