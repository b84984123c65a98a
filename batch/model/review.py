"""The results of the checks on one submission: outcomes, findings and recomputed figures."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from operator import attrgetter
from typing import Final, Protocol

from batch.model.cause import Cause
from batch.model.record import record
from batch.model.reference import Explanation, Ruling
from batch.model.scores import Figure, Scorecard
from batch.model.status import (
    EXPLAINED,
    IN_FORCE,
    MISSING,
    NOT_APPLICABLE,
    VERDICT_WEIGHTS,
    WAIVED,
    Severity,
    Verdict,
    status_of,
)

#: characters of a digest that stand on a sheet
CODE = 10


@record(frozen=True, slots=True)
class Outcome:
    """The result of one check on one place of a unit: a column, a row, an indicator, a table or the whole."""

    check: str
    verdict: Verdict
    #: where it was looked at, in the forms' words: "2020年决算数", "产出指标/数量指标/…"
    where: str = ""
    #: why it does not apply or could not be checked
    reason: str = ""
    #: for ties: both sides as shown, so that passes can be shown too
    left: str = ""
    right: str = ""
    difference: str = ""
    form: str = ""


class Ended(Protocol):
    """What says how a check ended on one place."""

    @property
    def verdict(self) -> Verdict:
        """How it ended."""
        ...


_VERDICT: Final[Callable[[Ended], Verdict]] = attrgetter("verdict")


def verdict_of(places: Iterable[Ended]) -> Verdict:
    """How a check ended on a unit, over all its places: the worst counts, and passing needs a pass."""
    ended = set(map(_VERDICT, places))
    if len(ended) == 1:
        return ended.pop()
    return max(ended, key=VERDICT_WEIGHTS.__getitem__, default=NOT_APPLICABLE)


def verdicts(outcomes: Iterable[Outcome]) -> dict[str, Verdict]:
    """By check, how it ended on a unit."""
    ended: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        ended.setdefault(outcome.check, []).append(outcome)
    return {check: verdict_of(places) for check, places in ended.items()}


@record(frozen=True, slots=True)
class Finding:
    """One violated check at one place, in words a bookkeeper can act on."""

    unit: str
    #: path relative to the inbox, with forward slashes
    file: str
    sheet: str
    #: "C7"; None when the finding is about something that is not there
    cell: str | None
    check: str
    title: str
    severity: Severity
    form: str
    #: the field in the form's words: 行.栏, or the indicator's label path
    field: str
    message: str
    fix: str
    filled: str = ""
    expected: str = ""
    difference: str = ""
    category: str = ""
    #: 正式 findings count; 试行 findings are shown as such and never return a submission
    status: str = IN_FORCE
    #: other cells that take part: (sheet, cell)
    related: tuple[tuple[str, str], ...] = ()
    #: changes when the values involved change, so that an old explanation no longer covers it
    fingerprint: str = ""
    #: what became of it: "" (open), 已说明, 已过期 (explained, but the values changed since),
    #: 不采纳 (explained in vain), 豁免 (waived by the bureau) or 未报 (said of a unit that sent nothing)
    answer: str = ""
    #: the unit's words and the document they rest on
    explanation: str = ""
    explanation_basis: str = ""
    #: the id of the cause it belongs to; "" for one that is not open
    cause: str = ""

    @property
    def key(self) -> str:
        """The finding's identity from one night to the next; row numbers and values are not part of it."""
        return finding_key(self.unit, self.check, self.form, self.field)

    @property
    def code(self) -> str:
        """The code of the finding on the unit's explanation sheet: identity and values."""
        return f"{explained_by(self.check, self.form, self.field)}-{self.fingerprint[:CODE]}"

    @property
    def is_open(self) -> bool:
        """Whether it counts: not on trial, not explained, not waived, and of a unit that sent something."""
        return is_counted(self.status, self.answer)


def is_counted(status: str, answer: str) -> bool:
    """See Finding.is_open."""
    return status == IN_FORCE and answer not in (EXPLAINED, WAIVED, MISSING)


def finding_key(unit: str, check: str, form: str, field: str) -> str:
    """See Finding.key."""
    return f"{unit}|{check}|{form}|{field}"


@record(frozen=True, slots=True)
class FindingKind:
    """What is counted of a finding; the names mean what they mean there."""

    unit: str
    check: str
    category: str
    severity: Severity
    status: str
    answer: str

    @property
    def is_open(self) -> bool:
        """See Finding.is_open."""
        return is_counted(self.status, self.answer)


def kinds(findings: Iterable[Finding]) -> Iterable[FindingKind | Finding]:
    """Findings, to be counted: of stored ones no more is read than that takes, their `kinds`."""
    # not by a protocol, which takes ten times as long as counting the findings of a clean unit
    found: Iterable[FindingKind | Finding] = getattr(findings, "kinds", findings)
    return found


def list_order(finding: Finding) -> tuple[str, ...]:
    """Where a finding stands in a list: unit, file, sheet, check, field, cell, then what tells two apart."""
    return (
        finding.unit,
        finding.file,
        finding.sheet,
        finding.check,
        finding.field,
        finding.cell or "",
        finding.message,
        finding.fingerprint,
    )


@dataclass(slots=True)
class Review:
    """Everything known about one unit after its submission was checked."""

    unit: str
    code: str
    files: tuple[str, ...]
    findings: Sequence[Finding] = field(default_factory=list)
    #: by check, how it ended on the unit
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    figures: Sequence[Figure] = field(default_factory=list)
    self_score: Decimal | None = None
    recomputed_score: Decimal | None = None
    doubtful_points: Decimal | None = None
    grade: str = ""
    #: the open findings as the few things to do, heaviest first
    causes: Sequence[Cause] = ()
    #: what the unit wrote about findings, in this submission or before
    explanations: tuple[Explanation, ...] = ()
    #: what the bureau decided about them
    rulings: tuple[Ruling, ...] = ()
    #: whether the unit is one of the roster, and how it was recognised: 编码, 全称, 别名, 文件夹 or 文件名
    known: bool = False
    how: str = ""
    #: None without a deadline
    days_late: int | None = None
    #: earlier submissions of this round that came back
    returns: int = 0
    #: keys of what was to be corrected or explained in the submission before this one
    before: tuple[str, ...] = ()
    #: all that was recomputed; None for a review made without scoring
    scorecard: Scorecard | None = None
    #: whether the pack has a form in which units score themselves as a whole
    is_scored: bool = True

    def counts(self) -> Counter[Severity]:
        """Open findings by severity, without those of checks on trial and those answered."""
        return Counter(f.severity for f in kinds(self.findings) if f.is_open)

    def count(self, severity: Severity) -> int:
        """Open findings of one severity."""
        return self.counts()[severity]

    @property
    def status(self) -> str:
        """通过, 待说明 (only things to explain are open) or 退回 (something is wrong)."""
        return status_of(self.counts())


@dataclass(frozen=True, slots=True)
class Findings(Collection[Finding]):
    """All findings of a batch, by unit.

    A county has tens of thousands, so they may be serialized: iterate unit by unit and keep no more than one
    unit's.
    """

    by_unit: Mapping[str, Sequence[Finding]]

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Findings:
        """Findings in whatever order."""
        by_unit: dict[str, list[Finding]] = {}
        for finding in findings:
            by_unit.setdefault(finding.unit, []).append(finding)
        return cls(by_unit)

    def __iter__(self) -> Iterator[Finding]:
        return chain.from_iterable(self.by_unit.values())

    @property
    def kinds(self) -> Iterator[FindingKind | Finding]:
        """All of them, to be counted."""
        return chain.from_iterable(map(kinds, self.by_unit.values()))

    def __len__(self) -> int:
        return sum(map(len, self.by_unit.values()))

    def __contains__(self, finding: object) -> bool:
        return any(finding == one for one in self)


def explained_by(check: str, form: str, field: str) -> str:
    """A short stable mark of a finding within its unit, whatever its values and its row."""
    return fingerprint(check, form, field)[:CODE]


def words_mark(explanation: str, basis: str) -> str:
    """A short stable mark of what a unit wrote, so that a decision about it covers no other words."""
    return fingerprint(explanation, basis)[:CODE]


def fingerprint(*parts: str) -> str:
    """A short stable hash of the values a finding rests on."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
