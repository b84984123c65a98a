"""核实说明台账: every finding that was explained or waived, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from batch.checks.engine.rulings import is_about
from batch.forms.spec.labels import squeeze
from batch.model.day_words import day_in_words
from batch.model.reference import Ruling
from batch.model.review import Finding, FindingKind, kinds, words_mark
from batch.model.status import CLEAN, EXPIRED, EXPLAINED, REJECTED, RETURNED, TO_EXPLAIN, WAIVED, Severity
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent, link_to_copy, names_in_order
from batch.rollup.parts.table import SheetTable
from batch.rollup.sheets.findings import MAX_ROWS, listing_order, position

NAME = "核实说明台账"
#: in the order they are listed, with the look of each
_LOOKS = {EXPLAINED: CLEAN, EXPIRED: TO_EXPLAIN, REJECTED: RETURNED, WAIVED: CLEAN}
_NOTE = (
    "说明：已说明＝单位已作说明，数值未变；已过期＝说明以后数值又改了，须重新说明；不采纳＝财政局不采纳该说明，仍计入问题；"
    "豁免＝财政局决定不再追究。裁定写在经办台账.xlsx的“裁定”页，不写在这里：写好保存，下一晚就生效。"
)
#: number, finding, link to where it is in the annotated copy, what the bureau decided
_Row = tuple[int, Finding, str, Ruling | None]


def write(rollup: Rollup) -> None:
    """Add 核实说明台账, within each state in the order of 问题清单."""
    columns: list[Column[_Row]] = [
        Column("序号", 6, "center", lambda r: r[0]),
        Column("单位", 18, "wrap", lambda r: r[1].unit),
        Column("报表", 12, "wrap", lambda r: r[1].form),
        Column("字段", 18, "wrap", lambda r: r[1].field),
        Column("位置", 18, "wrap", lambda r: position(r[1]), link=lambda r: r[2]),
        Column("核查项", 20, "wrap", lambda r: f"{r[1].check} {r[1].title}"),
        Column("级别", 7, "center", lambda r: r[1].severity.value, mark=lambda r: r[1].severity.value),
        Column("问题", 44, "wrap", lambda r: r[1].message),
        Column("单位说明", 34, "wrap", lambda r: r[1].explanation),
        Column("依据文号", 18, "wrap", lambda r: r[1].explanation_basis),
        Column("处理状态", 9.5, "center", lambda r: r[1].answer, mark=lambda r: _LOOKS.get(r[1].answer, "")),
        Column("裁定", 18, "wrap", lambda r: _decision(r[3])),
        Column("裁定人", 9, "center", lambda r: r[3].by if r[3] else ""),
        Column("裁定日期", 15, "center", lambda r: day_in_words(r[3].day) if r[3] else ""),
    ]  # fmt: skip
    listed = sorted(_answered(rollup), key=lambda pair: _place(pair[0].answer))
    counts = Counter(f.answer for f, _ in listed)
    waiting = sum(1 for f in rollup.findings.kinds if not f.answer and is_to_explain(f))
    table = SheetTable(
        rollup,
        rollup.page(NAME, "C0504D"),
        rollup.head.title("核实说明台账"),
        columns,
        unit_line="　".join(f"{word}{count}项" for word, count in counts.items()) or "共0项",
    )
    notes = [_NOTE]
    if waiting:
        notes.insert(0, f"另有{waiting}项核实问题还没有收到说明，见“问题清单”中处理状态为“待说明”的各行。")
    if len(listed) > MAX_ROWS:
        notes.insert(0, f"共{len(listed)}项，这里只列{MAX_ROWS}项，全部见 findings.jsonl。")
    rows = (
        (number, finding, link, _ruling(rollup, finding))
        for number, (finding, link) in enumerate(listed[:MAX_ROWS], 1)
    )
    table.write(rows, notes)


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    return "" if any(finding.answer for finding in content.findings.kinds) else "没有收到单位的说明"


def _answered(rollup: Rollup) -> Iterator[tuple[Finding, str]]:
    """What was answered, unit by unit, each with its link."""
    for name, unit in zip_longest(names_in_order(rollup.facts, rollup.findings), rollup.facts):
        findings = rollup.findings.by_unit.get(name, ())
        if not any(finding.answer for finding in kinds(findings)):
            continue
        for finding in listing_order(findings):
            if finding.answer:
                place = finding.file, finding.sheet, finding.cell or "A1"
                yield finding, link_to_copy(unit, *place) if unit is not None else ""


def _ruling(rollup: Rollup, finding: Finding) -> Ruling | None:
    """The ruling that counts for a finding: the last one about it."""
    given = rollup.clerk.rulings.get(squeeze(finding.unit), ())
    words = words_mark(finding.explanation, finding.explanation_basis)
    return next((ruling for ruling in reversed(given) if is_about(ruling, finding, words)), None)


def _decision(ruling: Ruling | None) -> str:
    return "：".join(filter(None, (ruling.decision, ruling.reason))) if ruling else ""


def is_to_explain(finding: Finding | FindingKind) -> bool:
    """Whether the unit owes a word about it."""
    return finding.severity is Severity.WARNING and finding.is_open


def _place(answer: str) -> int:
    return [*_LOOKS, answer].index(answer)
