"""What a unit has to do: one thing each, with all the findings it settles."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import Enum

from batch.model.record import record
from batch.model.status import Severity

#: what is to be typed that people read in groups of thousands: only money has so many digits and decimals
_LARGE = re.compile(r"-?\d{4,}\.\d+")
#: how many ways there are to choose from
_WAYS = {2: "二", 3: "三", 4: "四"}


class Sure(Enum):
    """How sure it is what settles a cause; the value is the word people see."""

    __hash__ = object.__hash__

    #: one value fits, and nothing else is as cheap
    CERTAIN = "确定"
    #: a few ways, each with its values
    CHOICE = "二选一"
    #: one cell, between two values
    RANGE = "范围"
    #: a text or figure only the unit knows
    UNIT = "单位写"
    #: nothing to correct: a reason is wanted
    EXPLAIN = "说明"


@record(frozen=True, slots=True)
class Correction:
    """One cell with what stands there and what is to be typed instead."""

    file: str
    sheet: str
    cell: str
    #: as the unit sees it; "" for a blank
    was: str
    to: str
    #: what the cell is, in the form's words
    label: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        """Which cell it is."""
        return self.file, self.sheet, self.cell

    @property
    def told(self) -> str:
        """What is to be typed, as it is shown."""
        return f"{Decimal(self.to):,}" if _LARGE.fullmatch(self.to) else self.to


#: cells corrected together
Corrections = tuple[Correction, ...]


@record(frozen=True, slots=True)
class Stake:
    """A figure of money that settling a cause may change."""

    form: str
    #: the field in the form's words: 行.栏
    field: str
    #: by how much at most over the ways to settle it, in 万元
    most: Decimal
    #: the same as the mean over these ways: how much it is worth asking
    expected: Decimal


@record(frozen=True, slots=True)
class Cause:
    """One thing to do, and what doing it settles."""

    id: str
    sure: Sure
    #: what to do, in one or two sentences
    text: str
    severity: Severity
    #: (file, sheet, cell), those to change first
    cells: tuple[tuple[str, str, str], ...] = ()
    #: the certain corrections
    changes: Corrections = ()
    #: the ways to choose from
    options: tuple[Corrections, ...] = ()
    #: keys of the findings it settles
    findings: tuple[str, ...] = ()
    #: how many of them by severity
    errors: int = 0
    warnings: int = 0
    hints: int = 0
    #: money at stake in 万元
    amount: Decimal | None = None
    #: the pack's rule that put its findings together; the check's id where none did
    rule: str = ""
    #: ready answers for a reason
    choices: tuple[str, ...] = ()
    #: what the unit's written report gives as a reason, with its place; a ready answer as well
    stated: str = ""
    #: the figures of money its 错误 may change
    stakes: tuple[Stake, ...] = ()

    @property
    def is_to_do(self) -> bool:
        """Whether the unit must act: hints alone may be read or not."""
        return self.errors > 0 or self.warnings > 0

    @property
    def how_sure(self) -> str:
        """How sure it is, as it is shown: of several ways, how many there are."""
        several = f"{_WAYS.get(len(self.options), '几')}选一"
        return several if self.sure is Sure.CHOICE else str(self.sure.value)
