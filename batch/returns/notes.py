"""The notes on a unit's cells: first the thing to do, then the findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from batch.model.cause import Cause
from batch.model.markup import Mark
from batch.model.review import Finding, Review
from batch.model.status import EXPIRED, EXPLAINED, ON_TRIAL, REJECTED, WAIVED, Severity
from batch.returns.round_heading import DETAILS_SHEET
from batch.returns.things import Thing, Things

_SAID = {
    EXPLAINED: "单位说明",
    EXPIRED: "原说明（数字已改动，失效）",
    REJECTED: "说明未被采纳",
    WAIVED: WAIVED,
}
#: findings of one check on one sheet that are listed in full
SHOWN = 10
#: (sheet, cell)
_Place = tuple[str, str]


def marks_of(review: Review, file: str) -> list[Mark]:
    """The marks for one file of the unit: each cell with a finding, and each cell to be corrected.

    A note tells the thing to do with its number on 审核结果, then each finding with its number on 问题明细,
    gravest first. A cell of hints, and one where everything is answered, is not coloured:
    there is nothing to do.
    """
    numbers = {
        id(f): n for n, (one, more) in enumerate(listed_findings(review.findings), 1) for f in (one, *more)
    }
    things = Things.of(review.causes).all
    by_id = {thing.cause.id: thing for thing in things}
    found: dict[_Place, list[Finding]] = {}
    for finding in review.findings:
        if finding.file == file and finding.cell:
            found.setdefault((finding.sheet, finding.cell), []).append(finding)
    told: dict[_Place, dict[str, Thing]] = {}
    for place, findings in found.items():
        if len(findings) > 1:
            findings.sort(key=lambda f: (gravity(f).rank, f.severity.rank, f.check))
        told[place] = {f.cause: by_id[f.cause] for f in findings if f.cause in by_id}
    for thing in things:
        for place in _corrected(thing.cause, file):
            told.setdefault(place, {})[thing.cause.id] = thing
    marks = []
    for place, by_cause in told.items():
        findings, own = found.get(place, []), [*by_cause.values()]
        gravest = _gravest(own, findings)
        text = "\n\n".join(_parts(own, findings, numbers))
        marks.append(Mark(*place, gravest, text, coloured=gravest is not Severity.HINT))
    return marks


def _corrected(cause: Cause, file: str) -> Iterable[_Place]:
    """The cells of a file that a cause has a value for."""
    for way in (cause.changes, *cause.options):
        for one in way:
            if one.file == file:
                yield one.sheet, one.cell


def _gravest(things: Iterable[Thing], findings: Iterable[Finding]) -> Severity:
    weights = [*(thing.cause.severity for thing in things), *(gravity(finding) for finding in findings)]
    return min(weights, key=lambda severity: severity.rank)


def _parts(things: Iterable[Thing], findings: Sequence[Finding], numbers: dict[int, int]) -> Iterable[str]:
    for thing in sorted(things, key=lambda thing: thing.number):
        text = thing.cause.text
        yield f"【第{thing.number}件】{text}"
        yield from (_told(f, numbers[id(f)], text) for f in findings if f.cause == thing.cause.id)
    ids = {thing.cause.id for thing in things}
    yield from (_told(f, numbers[id(f)]) for f in findings if f.cause not in ids)


def gravity(finding: Finding) -> Severity:
    """The sort key of a finding's gravity; answered ones come last."""
    return Severity.HINT if finding.answer in (EXPLAINED, WAIVED) else finding.severity


def level(finding: Finding, joint: str) -> str:
    """错误, 核实·已说明, 提示·试行: how grave it is, and what has become of it."""
    words = finding.severity.value
    if finding.answer:
        words += f"{joint}{finding.answer}"
    return f"{words}{joint}{ON_TRIAL}" if finding.status == ON_TRIAL else words


def said(finding: Finding) -> str:
    """The answer to a finding, in one line."""
    basis = f"（依据：{finding.explanation_basis}）" if finding.explanation_basis else ""
    return f"{_SAID[finding.answer]}：{finding.explanation}{basis}"


def _told(finding: Finding, number: int, before: str = "") -> str:
    """A finding without what was told `before` it."""
    lines = [f"【{level(finding, '·')}】{finding.check} {finding.title}（{DETAILS_SHEET}第{number}号）"]
    lines += [finding.message] if finding.message not in before else []
    if finding.answer not in (EXPLAINED, WAIVED) and finding.fix not in before:
        lines.append(f"改法：{finding.fix}")
    lines += [said(finding)] if finding.answer else []
    return "\n".join(lines)


def listed_findings(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """The findings to list, with those that are only counted behind the last one listed of their kind.

    Of one check on one sheet SHOWN are listed; the cells of all of them are marked.
    """
    seen: dict[tuple[str, str, str], list[tuple[Finding, list[Finding]]]] = {}
    listed: list[tuple[Finding, list[Finding]]] = []
    for finding in findings:
        kind = seen.setdefault((finding.check, finding.file, finding.sheet), [])
        if len(kind) < SHOWN:
            entry: tuple[Finding, list[Finding]] = (finding, [])
            kind.append(entry)
            listed.append(entry)
        else:
            kind[-1][1].append(finding)
    return listed
