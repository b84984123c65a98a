"""Where checks that are functions are known by their id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from batch.checks.engine.catalogue import Check
from batch.checks.engine.report import Report
from batch.forms.spec.spec import PackForms
from batch.model.form import Submission

if TYPE_CHECKING:
    from batch.checks.engine.blanks import Blanks
    from batch.checks.engine.fields import Fields
    from batch.report.facts import ReportFacts


@dataclass(slots=True)
class Run:
    """What a check function gets: the submission, the forms, and where to report."""

    check: Check
    submission: Submission
    forms: PackForms
    report: Report
    fields: Fields
    #: what the blank sums of the forms are
    blanks: Blanks
    #: 错误 found so far; complete for checks that come last
    errors: int = 0
    #: of these, how many are about something that was filled in
    mistakes: int = 0
    #: what the unit's written reports say, taken apart once for all checks
    told: tuple[ReportFacts, ...] = ()


Function = Callable[[Run], None]
FUNCTIONS: dict[str, Function] = {}


def check(identity: str) -> Callable[[Function], Function]:
    """Register a function as the check `identity`; two functions for one id are a mistake."""

    def register(function: Function) -> Function:
        if identity in FUNCTIONS:
            raise ValueError(f"check {identity} is registered twice")
        FUNCTIONS[identity] = function
        return function

    return register
