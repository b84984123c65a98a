"""The heading shared by all sheets that go back to a unit."""

from __future__ import annotations

from dataclasses import dataclass

RESULTS_SHEET, EXPLANATIONS_SHEET = "审核结果", "说明填写"
DETAILS_SHEET, FIGURES_SHEET = "问题明细", "重算指标"


@dataclass(frozen=True, slots=True)
class RoundHeading:
    """The round a sheet belongs to, and what the bureau adds to it."""

    title: str
    year: int
    #: working days a unit has to correct what comes back
    correct_days: int = 3
    #: who signs, "" for no particular bureau
    bureau: str = ""
    #: whom to ask, as text
    contact: str = ""
    #: how the work is called, and what units send in
    work: str = "绩效自评"
    reports: str = "绩效自评表"
    #: whom to ask where there is no `contact`
    clerk: str = "经办人"
