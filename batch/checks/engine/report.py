"""Collects the results of one check on one submission: outcomes everywhere, findings where it is violated."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace

from batch.checks.engine.amount import as_filled
from batch.checks.engine.catalogue import Check
from batch.checks.engine.violation import Site, Violation, finding_of
from batch.forms.spec.labels import squeeze
from batch.model.form import State, Submission, Table, Value
from batch.model.quoting import quoted
from batch.model.review import Finding, Outcome
from batch.model.status import IN_FORCE, NOT_APPLICABLE, PASS, Severity, Verdict

#: cells that take part are named up to so many
_RELATED = 100
#: findings of one check on one form told one by one; more are counted only
MANY = 300


#: the states of a cell that has nothing to compare
_NOTHING = {
    State.BLANK: "未填写",
    State.ERROR: "是公式错误值",
    State.UNCACHED: "是未保存结果的公式",
    State.UNREADABLE: "无法识别",
}


class ReportedCells:
    """Cells that a finding already reports as blank, unreadable or an error.

    The first finding that marks such a cell reports it. Checks that need the cell after that are 无法检查, so
    that one slip is reported once.
    """

    def __init__(self, known: Collection[int] = ()) -> None:
        """`known`: blanks that count as a number, so are no gap; see `blanks`."""
        self._known = known
        #: by the identity of a value: what is the matter with it
        self._told: dict[int, str] = {}
        #: those that are words somebody asks for: nothing is worked out from them
        self._words: dict[int, str] = {}

    def tell(self, check: Check, value: Value, related: Iterable[Value]) -> None:
        """A finding marks this cell, and others beside it that have nothing either."""
        if value.state not in _NOTHING:
            return
        for one in (value, *related):
            if one.state in _NOTHING and id(one) not in self._known:
                told = self._words if check.require else self._told
                told.setdefault(id(one), f"{one.sheet}!{one.ref}{_NOTHING[one.state]}")

    def spoil(self, values: Iterable[Value], reason: str) -> None:
        """Results of formulas that a cell told as blank is missing from."""
        for value in values:
            self._told.setdefault(id(value), reason)

    def reason(self, value: Value | None, related: Iterable[Value]) -> str:
        """Why a finding that marks `value` would say nothing new; "" where it says something."""
        marked = self._words.get(id(value), "") if value else ""
        return marked or self.missing([value, *related] if value else related)

    def missing(self, values: Iterable[Value]) -> str:
        """Why nothing can be worked out from these values; "" when none of them is told."""
        return next((self._told[id(value)] for value in values if id(value) in self._told), "")


@dataclass(slots=True)
class Report:
    """The results of one check on one submission."""

    check: Check
    submission: Submission
    #: shared by all reports on the submission
    reported: ReportedCells = field(default_factory=ReportedCells)
    outcomes: list[Outcome] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    #: 错误, and of these those about something that was filled in
    errors: int = 0
    mistakes: int = 0
    #: how often it is violated on a form, and where in `findings` the last of these told one by one stands
    _told: dict[int, tuple[int, int]] = field(default_factory=dict)

    def passed(self, where: str, form: str = "", left: str = "", right: str = "", diff: str = "") -> None:
        """The place was checked and is right."""
        sides = quoted(left), quoted(right), quoted(diff)
        self.outcomes.append(Outcome(self.check.id, PASS, quoted(where), "", *sides, form or self.check.form))

    def not_applicable(self, where: str, reason: str) -> None:
        """By design there is nothing to check."""
        self._not_looked_at(NOT_APPLICABLE, where, reason)

    def unchecked(self, where: str, reason: str) -> None:
        """The place should have been checked, but could not be."""
        self._not_looked_at(Verdict.UNCHECKED, where, reason)

    def _not_looked_at(self, verdict: Verdict, where: str, reason: str) -> None:
        where, reason = quoted(where), quoted(reason)
        self.outcomes.append(Outcome(self.check.id, verdict, where, reason, form=self.check.form))

    def _is_one_more(self, table: Table | None) -> bool:
        """Whether the check is violated on a form so often already that this one is only counted."""
        times, last = self._told.get(id(table), (0, 0))
        if times < MANY:
            last = len(self.findings)
        self._told[id(table)] = times + 1, last
        return times >= MANY

    def close(self) -> None:
        """Say beside the last finding of a form how many more there are than were told one by one."""
        for times, last in self._told.values():
            if times > MANY:
                finding = self.findings[last]
                message = f"{finding.message}（同类问题另有{times - MANY}处，不再逐条列出）"
                self.findings[last] = replace(finding, message=message)

    def failed(self, wrong: Violation[Value]) -> None:
        """The check is violated. A violation that rests on a reported cell is no finding: see
        ReportedCells."""
        if reason := self.reported.reason(wrong.value, wrong.related):
            self.unchecked(wrong.where, reason)
            return
        if wrong.value:
            self.reported.tell(self.check, wrong.value, wrong.related)
        if self._is_one_more(wrong.table):
            return
        finding, outcome = finding_of(self.check, wrong, self._site(wrong))
        if finding.severity is Severity.ERROR and finding.status == IN_FORCE:
            self.errors += 1
            self.mistakes += wrong.value is None or wrong.value.state not in _NOTHING
        self.findings.append(finding)
        self.outcomes.append(outcome)

    def _site(self, wrong: Violation[Value]) -> Site:
        table, value, related = wrong.table, wrong.value, wrong.related[:_RELATED]
        project = table.fields.get("项目名称") if table else None
        own = (value.sheet, value.ref) if value else None
        places = dict.fromkeys((v.sheet, v.ref) for v in related if v.ref)
        return Site(
            unit=self.submission.unit,
            file=wrong.file or (table.file if table else (self.submission.files or ("",))[0]),
            sheet=wrong.sheet or (value.sheet if value else (table.sheet if table else "")),
            cell=value.ref if value and value.ref else None,
            form=table.form if table else wrong.form or self.check.form,
            project=project.raw if project and project.is_filled else "",
            shown=as_filled(value) if value else "",
            related=tuple(place for place in places if place != own),
            contents=tuple(map(_meant, [value, *related] if value else related)),
        )


def _meant(value: Value) -> str:
    """A value whatever way it is written: a number as text, or with other blanks, is the same one."""
    if value.number is None:
        return squeeze(value.raw)
    upper = "" if value.upper is None else f"-{value.upper.normalize():f}"
    # a percentage is a fraction here, so its sign adds nothing
    return f"{value.op}{value.number.normalize():f}{upper}{value.unit.removesuffix('%')}"
