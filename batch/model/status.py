"""The states and severities of the batch: words people see, words programs read, and their order. Once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Severity(Enum):
    """How much a finding weighs; the value is the word people see. The gravest stands first."""

    #: Enum's own goes through Python: 80 ns, some 2,000 times a unit
    __hash__ = object.__hash__

    ERROR = "错误"
    WARNING = "核实"
    HINT = "提示"

    @property
    def code(self) -> str:
        """The word programs read in findings.jsonl."""
        return _SEVERITY_CODES[self]

    @property
    def rank(self) -> int:
        """0 for the gravest: what to sort by."""
        return _RANKS[self]


#: the words people see, the gravest first
SEVERITY_WORDS: Final = tuple(severity.value for severity in Severity)
_SEVERITY_CODES: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "hint"}
_RANKS: Final = {severity: rank for rank, severity in enumerate(Severity)}


class Verdict(Enum):
    """How one check ended. Not checked never looks like clean."""

    #: Enum's own goes through Python: 80 ns, some 2,000 times a unit
    __hash__ = object.__hash__

    PASS = "通过"  # noqa: S105 - a verdict, not a secret
    FAIL = "违反"
    NOT_APPLICABLE = "不适用"
    UNCHECKED = "无法检查"

    @property
    def code(self) -> str:
        """The word programs read in results.json."""
        return _VERDICT_CODES[self]


#: the same, for the hundreds of outcomes of a unit; see `batch.model.form.FILLED`
PASS, NOT_APPLICABLE = Verdict.PASS, Verdict.NOT_APPLICABLE
_VERDICT_CODES: Final = {
    PASS: "pass",
    Verdict.FAIL: "fail",
    NOT_APPLICABLE: "not_applicable",
    Verdict.UNCHECKED: "unchecked",
}
#: what counts for a check with several places, the worst last
VERDICT_WEIGHTS: Final = {NOT_APPLICABLE: 0, PASS: 1, Verdict.UNCHECKED: 2, Verdict.FAIL: 3}

#: whether a check is in force: its findings count, are only shown, or it is not run
IN_FORCE: Final = "正式"
ON_TRIAL: Final = "试行"
SWITCHED_OFF: Final = "停用"
CHECK_STATUSES: Final = (IN_FORCE, ON_TRIAL, SWITCHED_OFF)

#: how a unit stands: something is wrong, something is to be explained, or neither
RETURNED: Final = "退回"
TO_EXPLAIN: Final = "待说明"
CLEAN: Final = "通过"
#: those, the worst first
UNIT_STATUSES: Final = (RETURNED, TO_EXPLAIN, CLEAN)
#: a unit of the roster without a submission: nothing came, or nothing that could be read
MISSING: Final = "未报"
UNREADABLE: Final = "读不了"
ABSENT: Final = (UNREADABLE, MISSING)
#: all of them in the order a clerk works them down
ROUND_STATUSES: Final = (*ABSENT, *UNIT_STATUSES)

#: what became of a finding: explained, explained before the values changed, explained in vain, or waived
EXPLAINED: Final = "已说明"
EXPIRED: Final = "已过期"
REJECTED: Final = "不采纳"
WAIVED: Final = "豁免"

#: what the bureau may decide about a finding: the explanation is good, or not, or the finding is waived
ACCEPTED: Final = "采纳"
DECISIONS: Final = (ACCEPTED, REJECTED, WAIVED)


def status_of(counts: Mapping[Severity, int]) -> str:
    """How a unit stands with so many open findings."""
    if counts[Severity.ERROR]:
        return RETURNED
    return TO_EXPLAIN if counts[Severity.WARNING] else CLEAN
