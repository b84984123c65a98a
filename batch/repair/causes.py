"""Group findings into the few things to do: each finding in exactly one cause, the weightiest cause first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.checks.engine.amount import MONEY
from batch.checks.engine.fields import Slot
from batch.checks.rerun import Checks
from batch.checks.run import Checked
from batch.model.cause import Cause, Corrections, Sure
from batch.model.form import Submission
from batch.model.record import replace
from batch.model.review import Finding, explained_by
from batch.model.status import Severity
from batch.repair.agreement import agreeing
from batch.repair.cause_rules import CauseRule, CauseRules
from batch.repair.linear import Cell
from batch.repair.rows import Rows
from batch.repair.sentences import Teller
from batch.repair.stakes import stakes_of
from batch.repair.stated_reasons import with_stated_reason
from batch.repair.sums import unit_of
from batch.repair.trial import Trial, Tried, try_proposals


def _gravity(finding: Finding) -> int:
    return finding.severity.rank


@dataclass(slots=True)
class _Part:
    """Findings that one proposal settles, or a single finding without one."""

    findings: list[Finding]
    tried: Tried | None = None

    @property
    def lead(self) -> Finding:
        """The gravest of its findings, the first on a tie."""
        return min(self.findings, key=_gravity)

    @property
    def is_choice(self) -> bool:
        """Whether there are several ways."""
        return self.tried is not None and len(self.tried.options) > 1

    @property
    def is_certain(self) -> bool:
        """Whether there is one way, with all its values."""
        return self.tried is not None and len(self.tried.options) == 1 and self.tried.options[0].is_exact


@dataclass(slots=True)
class _Group:
    """Parts that are one thing to do, and the rule that says so."""

    rule: CauseRule | None
    #: the same whichever of its findings are there
    id: str
    parts: list[_Part] = field(default_factory=list)


def causes_found(
    submission: Submission, checked: Checked, findings: Sequence[Finding], rules: CauseRules, by: Checks
) -> tuple[tuple[Cause, ...], list[Finding]]:
    """The causes of a submission, and its findings as they agree with them.

    Corrections are looked for where something is wrong.
    """
    trial = None
    agreed = list(findings)
    if any(finding.severity is Severity.ERROR and finding.is_open for finding in findings):
        trial = try_proposals(submission, checked, findings, by, rules.prices)
        agreed = agreeing(findings, trial, Teller(rules.words, trial.compiled.slots))
    causes = tuple(
        with_stated_reason(cause, submission.reports, rules) for cause in causes_of(agreed, trial, rules)
    )
    return causes, marked(agreed, causes)


def causes_of(findings: Sequence[Finding], trial: Trial | None, rules: CauseRules) -> tuple[Cause, ...]:
    """The causes behind the open findings of one unit, heaviest first.

    `trial`: None where nothing is wrong.
    """
    groups = _grouped(_parts(findings, trial, rules), rules)
    compiled = trial.compiled if trial else Rows()
    return tuple(sorted((_cause(group, compiled, rules) for group in groups), key=_weight))


def renewed(
    causes: Sequence[Cause], findings: Sequence[Finding], added: Sequence[Finding], rules: CauseRules
) -> tuple[Cause, ...]:
    """The causes of a unit some of whose findings are gone, and that got further ones.

    `findings`: those that stay. A further one joins the cause it would have been in from the start.
    """
    severity_of = {finding.key: finding.severity for finding in (*findings, *added)}
    kept = [cause for cause in (_counted(cause, severity_of) for cause in causes) if cause.findings]
    joined = {cause.id: cause for cause in kept}
    known = {key for cause in kept for key in cause.findings}
    for new in causes_of([finding for finding in added if finding.key not in known], None, rules):
        old = joined.get(new.id)
        if old is None:
            joined[new.id] = new
            continue
        both = replace(
            old,
            cells=tuple(dict.fromkeys((*old.cells, *new.cells))),
            findings=(*old.findings, *new.findings),
        )
        joined[old.id] = _counted(both, severity_of)
    return tuple(sorted(joined.values(), key=_weight))


def _counted(cause: Cause, severity_of: Mapping[str, Severity]) -> Cause:
    """The cause with those of its findings that are known, counted anew."""
    keys = tuple(key for key in cause.findings if key in severity_of)
    count = Counter(severity_of[key] for key in keys)
    return replace(
        cause,
        severity=next((severity for severity in Severity if count[severity]), cause.severity),
        findings=keys,
        errors=count[Severity.ERROR],
        warnings=count[Severity.WARNING],
        hints=count[Severity.HINT],
    )


def marked(findings: Sequence[Finding], causes: Sequence[Cause]) -> list[Finding]:
    """The findings, each with the id of its cause."""
    by_key = {key: cause.id for cause in causes for key in cause.findings}
    return [
        replace(finding, cause=by_key[finding.key]) if finding.key in by_key else finding
        for finding in findings
    ]


def _weight(cause: Cause) -> tuple[int, int, int, Decimal, str]:
    return (
        cause.severity.rank,
        -cause.errors,
        -cause.warnings,
        -(cause.amount or Decimal(0)),
        cause.id,
    )


def _parts(findings: Sequence[Finding], trial: Trial | None, rules: CauseRules) -> list[_Part]:
    """Every open finding in exactly one part.

    Where nothing can be proposed, findings of one cluster stay together unless a rule takes them.
    """
    left = {finding.key: finding for finding in findings if finding.is_open}
    parts = []
    for tried in trial.tried if trial else ():
        own = [left[key] for key in tried.findings if key in left]
        if not tried.options:
            own = [finding for finding in own if rules.rule_of(finding.check) is None]
        if own:
            parts.append(_Part(own, tried if tried.options else None))
        for finding in own:
            del left[finding.key]
    return [*parts, *(_Part([finding]) for finding in left.values())]


def _grouped(parts: Iterable[_Part], rules: CauseRules) -> list[_Group]:
    """Parts by the rule of their gravest finding.

    Of parts with several ways one at most: a person chooses one way at a time. Where nothing can be proposed
    for an 错误 of a rule, what the rule takes along and has no proposal either waits for it.
    """
    parts = list(parts)
    open_errors = [
        part.lead.check for part in parts if not part.tried and part.lead.severity is Severity.ERROR
    ]
    waiting = [rule for check in open_errors if (rule := rules.rule_of(check)) and rule.also]
    groups: dict[str, _Group] = {}
    for part in sorted(parts, key=lambda part: not part.is_choice):
        lead = part.lead
        rule = rules.rule_for(lead.check, {finding.check for finding in part.findings})
        if rule is None and not part.tried:
            rule = next((one for one in waiting if lead.check in one.also), None)
        own = explained_by(lead.check, lead.form, lead.field)
        if rule is not None:
            key = explained_by("件", rule.name, "")
            if part.is_choice and key in groups:
                key = own
        else:
            key = own if len(part.findings) > 1 or part.tried else explained_by("检查", lead.check, "")
        groups.setdefault(key, _Group(rule, key)).parts.append(part)
    return list(groups.values())


def _cause(group: _Group, compiled: Rows, rules: CauseRules) -> Cause:
    findings = [finding for part in group.parts for finding in part.findings]
    options = next((part.tried.corrections for part in group.parts if part.is_choice and part.tried), [])
    certain = tuple(
        correction
        for part in group.parts
        if part.is_certain and part.tried
        for correction in part.tried.corrections[0]
    )
    count = Counter(finding.severity for finding in findings)
    first = [*certain, *(options[0] if options else ())]
    cells = dict.fromkeys(one.place for one in first)
    cells |= dict.fromkeys((f.file, f.sheet, f.cell) for f in findings if f.cell)
    lead = min(findings, key=_gravity)
    wrong = (part.tried for part in group.parts if part.tried and part.lead.severity is Severity.ERROR)
    return Cause(
        id=group.id,
        sure=_sure(group, options),
        text=_text(group, findings, compiled.slots, rules),
        severity=lead.severity,
        cells=tuple(cells),
        changes=certain,
        options=tuple(options),
        findings=tuple(finding.key for finding in findings),
        errors=count[Severity.ERROR],
        warnings=count[Severity.WARNING],
        hints=count[Severity.HINT],
        amount=_amount(group, compiled),
        rule=group.rule.name if group.rule else lead.check,
        choices=group.rule.choices if group.rule else (),
        stakes=stakes_of(wrong, compiled),
    )


def _sure(group: _Group, options: Sequence[Corrections]) -> Sure:
    if options:
        return Sure.CHOICE
    errors = [part for part in group.parts if part.lead.severity is Severity.ERROR]
    if errors and all(part.is_certain for part in errors):
        return Sure.CERTAIN
    if not errors:
        return Sure.EXPLAIN
    told = [change for part in errors if part.tried for change in part.tried.options[0].changes]
    return Sure.RANGE if any(change.is_bounded for change in told) else Sure.UNIT


def _text(group: _Group, findings: Sequence[Finding], slots: Mapping[Cell, Slot], rules: CauseRules) -> str:
    """What to do: the rule's sentence, or what is wrong, then what to type where."""
    tell = Teller(rules.words, slots)
    proposals = [part.tried for part in group.parts if part.tried is not None]
    told = tell.of_proposals(proposals)
    lead = min(findings, key=_gravity)
    if told and len(group.parts) == 1 and group.parts[0].is_certain:
        return told
    if group.rule is not None and not _is_lone_hint(findings):
        return tell.of_rule(group.rule.text, findings, len(group.parts)) + told
    return lead.message + (told or lead.fix)


def _is_lone_hint(findings: Sequence[Finding]) -> bool:
    """Whether there is nothing but hints of one check: they say more than the rule."""
    return len({f.check for f in findings}) == 1 and findings[0].severity is Severity.HINT


def _amount(group: _Group, compiled: Rows) -> Decimal | None:
    """The largest change of money among the corrections, in 万元."""
    found = []
    for part in group.parts:
        for option in part.tried.options[:1] if part.tried else ():
            for change in option.changes:
                slot = compiled.slots[change.cell]
                unit = unit_of(slot)
                if change.number is not None and unit in MONEY:
                    was = slot.value.number or Decimal(0)
                    found.append(abs(change.number - was) * MONEY[unit])
    return max(found, default=None)
