"""Findings as the few things to do: each finding in exactly one cause, the heaviest cause first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from batch.checks.engine.amount import MONEY
from batch.checks.run import Checked
from batch.model.cause import Cause, Correction, Corrections, Sure
from batch.model.form import Submission
from batch.model.review import Finding, explained_by
from batch.model.status import Severity
from batch.repair.cause_rules import CauseRule, CauseRules
from batch.repair.proposals import Change
from batch.repair.rows import Rows, unit_of
from batch.repair.trial import Checks, Trial, Tried, try_proposals

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.HINT)


@dataclass(slots=True)
class _Part:
    """Findings that one proposal settles, or a single finding without one."""

    findings: list[Finding]
    tried: Tried | None = None

    @property
    def lead(self) -> Finding:
        """The gravest of its findings, the first on a tie."""
        return min(self.findings, key=lambda finding: _ORDER.index(finding.severity))

    @property
    def is_choice(self) -> bool:
        """Whether there are several ways."""
        return self.tried is not None and len(self.tried.options) > 1


@dataclass(slots=True)
class _Group:
    """Parts that are one thing to do, and the rule that says so."""

    rule: CauseRule | None
    #: the same whichever of its findings are there
    id: str
    parts: list[_Part] = field(default_factory=list)


def causes_found(
    submission: Submission, checked: Checked, findings: Sequence[Finding], rules: CauseRules, by: Checks
) -> tuple[Cause, ...]:
    """The causes of a submission; corrections are looked for where something is wrong."""
    wrong = any(finding.severity is Severity.ERROR and finding.is_open for finding in findings)
    trial = try_proposals(submission, checked, findings, by, rules.prices) if wrong else None
    return causes_of(findings, trial, rules)


def causes_of(findings: Sequence[Finding], trial: Trial | None, rules: CauseRules) -> tuple[Cause, ...]:
    """The causes behind the open findings of one unit, heaviest first.

    `trial`: None where nothing is wrong.
    """
    groups = _grouped(_parts(findings, trial), rules)
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
        severity=next((severity for severity in _ORDER if count[severity]), cause.severity),
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
        _ORDER.index(cause.severity),
        -cause.errors,
        -cause.warnings,
        -(cause.amount or Decimal(0)),
        cause.id,
    )


def _parts(findings: Sequence[Finding], trial: Trial | None) -> list[_Part]:
    """Every open finding in exactly one part."""
    left = {finding.key: finding for finding in findings if finding.is_open}
    parts = []
    for tried in trial.tried if trial else ():
        own = [left.pop(key) for key in tried.findings if key in left]
        if own:
            parts.append(_Part(own, tried))
    return [*parts, *(_Part([finding]) for finding in left.values())]


def _grouped(parts: Iterable[_Part], rules: CauseRules) -> list[_Group]:
    """Parts by the rule of their gravest finding; hints of one check are one thing as well.

    Of parts with several ways each stays a thing of its own: a person chooses one way at a time.
    """
    groups: dict[str, _Group] = {}
    for part in parts:
        lead = part.lead
        rule = rules.rule_of(lead.check)
        own = explained_by(lead.check, lead.form, lead.field)
        if part.is_choice:
            key = own
        elif lead.severity is Severity.HINT:
            key = explained_by("提示", lead.check, "")
        elif rule is not None:
            key = explained_by("件", rule.name, "")
        else:
            key = own if part.tried else explained_by("检查", lead.check, "")
        groups.setdefault(key, _Group(rule, key)).parts.append(part)
    return list(groups.values())


def _cause(group: _Group, compiled: Rows, rules: CauseRules) -> Cause:
    findings = [finding for part in group.parts for finding in part.findings]
    lead = min(findings, key=lambda finding: _ORDER.index(finding.severity))
    options = next((part.tried.corrections for part in group.parts if part.is_choice and part.tried), [])
    certain = tuple(
        correction
        for part in group.parts
        if part.tried and len(part.tried.options) == 1 and part.tried.options[0].is_exact
        for correction in part.tried.corrections[0]
    )
    count = {severity: sum(f.severity is severity for f in findings) for severity in Severity}
    first = [*certain, *(options[0] if options else ())]
    cells = dict.fromkeys((c.file, c.sheet, c.cell) for c in first)
    cells |= dict.fromkeys((f.file, f.sheet, f.cell) for f in findings if f.cell)
    return Cause(
        id=group.id,
        sure=_sure(group, certain, options),
        text=_text(group, lead, compiled, rules),
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
    )


def _sure(group: _Group, certain: Corrections, options: Sequence[Corrections]) -> Sure:
    if options:
        return Sure.CHOICE
    tried = [part for part in group.parts if part.tried and part.tried.options]
    exact = [part for part in tried if part.tried and part.tried.options[0].is_exact]
    if certain and len(exact) == len(group.parts):
        return Sure.CERTAIN
    if all(part.lead.severity is not Severity.ERROR for part in group.parts):
        return Sure.EXPLAIN
    bounded = [c for part in tried if part.tried for c in part.tried.options[0].changes if _is_bounded(c)]
    return Sure.RANGE if bounded else Sure.UNIT


def _is_bounded(change: Change) -> bool:
    return change.number is None and (change.low is not None or change.high is not None)


def _text(group: _Group, lead: Finding, compiled: Rows, rules: CauseRules) -> str:
    """What to do: the rule's sentence, then what is known of each cell."""
    told = [sentence for part in group.parts if (sentence := _sentence(part, compiled, rules))]
    if group.rule is not None and (len(group.parts) > 1 or not told):
        return " ".join([group.rule.text.replace("{n}", str(len(group.parts))), *told])
    if told:
        return " ".join(told)
    return f"{lead.message}{lead.fix}"


def _sentence(part: _Part, compiled: Rows, rules: CauseRules) -> str:
    tried, words = part.tried, rules.words
    if tried is None or not tried.options:
        return ""
    if part.is_choice:
        ways = [_joined(corrections, words) for corrections in tried.corrections]
        told = "；".join(f"（{number}）{way}" for number, way in enumerate(ways, 1))
        return words["choice"].replace("{各法}", told)
    if tried.options[0].is_exact:
        return _joined(tried.corrections[0], words)
    sentences = [
        _bounded(change, correction, compiled, words)
        for change, correction in zip(tried.options[0].changes, tried.corrections[0], strict=True)
    ]
    return "".join(sentences)


def _joined(corrections: Corrections, words: dict[str, str]) -> str:
    """One or several cells with what to type into each."""
    if len(corrections) == 1:
        (one,) = corrections
        return _filled(words["correct" if one.was else "blank"], 格=_place(one), 原=one.was, 新=one.to)
    each = "，".join(f"{_place(one)}改为{one.to}" for one in corrections)
    return _filled(words["correct_many"], n=str(len(corrections)), 各格=each)


def _bounded(change: Change, correction: Correction, compiled: Rows, words: dict[str, str]) -> str:
    unit = unit_of(compiled.slots[change.cell])
    low = f"{change.low:f}{unit}" if change.low else ""
    high = f"{change.high:f}{unit}" if change.high is not None else ""
    key = "range" if low and high else "range_low" if low else "range_high" if high else "fill"
    if correction.was and key == "fill":
        return ""
    return _filled(words[key], 格=_place(correction), 低=low, 高=high)


def _place(correction: Correction) -> str:
    return f"{correction.sheet}{correction.cell}（{correction.label}）"


def _filled(template: str, **words: str) -> str:
    for name, word in words.items():
        template = template.replace(f"{{{name}}}", word)
    return template


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
