"""问题清单: one row per finding, its position a link into the annotated copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice, zip_longest
from typing import NamedTuple

from batch.model.review import Finding, list_order
from batch.model.status import IN_FORCE, TO_EXPLAIN, Severity
from batch.outbox.paths import copy_paths
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent, external, names_in_order
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.typed_text import day_of, look_of, typed

NAME = "问题清单"
#: a list nobody could read; findings.jsonl has them all
MAX_ROWS = 200_000
_TO_DO = {Severity.ERROR: "待改正", Severity.WARNING: TO_EXPLAIN, Severity.HINT: "供参考"}
_NOTE = (
    "说明：点“位置”打开该单位的批注件。“错误”须改正，“核实”须改正或说明，“提示”供参考；"
    "试行的规则、已说明和豁免的问题不计入单位状态。"
)


class FindingRow(NamedTuple):
    """One row of 问题清单."""

    number: int
    finding: Finding
    #: into the annotated copy; "" when there is none
    link: str
    #: the batch that found it first
    first_seen: str


def position(finding: Finding) -> str:
    """Where a finding is, as people say it: 表页!单元格; the sheet alone when the cell does not exist."""
    if finding.cell:
        return f"{finding.sheet}!{finding.cell}"
    return finding.sheet or finding.file.rpartition("/")[2]


def explanation_text(finding: Finding) -> str:
    """What the unit wrote about it, with the document it rests on."""
    basis = f"（依据：{finding.explanation_basis}）" if finding.explanation_basis else ""
    return finding.explanation + basis


def state(finding: Finding) -> str:
    """What became of a finding, or what the unit still has to do about it."""
    if finding.answer:
        return finding.answer
    if finding.status != IN_FORCE:
        return finding.status
    return _TO_DO[finding.severity]


def _typed(title: str, text: Callable[[FindingRow], str]) -> Column[FindingRow]:
    return Column(title, 14, "wrap", lambda r: typed(text(r)), mark=lambda r: look_of(text(r)))


COLUMNS: list[Column[FindingRow]] = [
    Column("序号", 6, "center", lambda r: r.number),
    Column("单位", 15, "wrap", lambda r: r.finding.unit),
    Column("报表", 11, "wrap", lambda r: r.finding.form),
    Column("位置", 16, "wrap", lambda r: position(r.finding), link=lambda r: r.link),
    Column("核查项", 18, "wrap", lambda r: f"{r.finding.check} {r.finding.title}"),
    Column("类别", 10, "wrap", lambda r: r.finding.category),
    Column(
        "级别", 8, "wrap", lambda r: _weight(r.finding), mark=lambda r: r.finding.severity.value,
    ),
    Column("问题", 44, "wrap", lambda r: r.finding.message),
    _typed("填报值", lambda r: r.finding.filled),
    _typed("计算值", lambda r: r.finding.expected),
    _typed("差额", lambda r: r.finding.difference),
    Column("修改建议", 26, "wrap", lambda r: r.finding.fix),
    Column("单位说明", 20, "wrap", lambda r: explanation_text(r.finding)),
    Column("处理\n状态", 8, "center", lambda r: state(r.finding)),
    Column(
        "首次发现", 14, "center", lambda r: day_of(r.first_seen),
        mark=lambda r: "day" if isinstance(day_of(r.first_seen), int) else "",
    ),
]  # fmt: skip


def write(rollup: Rollup) -> None:
    """Add 问题清单: by unit as on 单位总表, errors first, trials last."""
    notes = [_NOTE]
    if len(rollup.findings) > MAX_ROWS:
        notes.insert(0, f"问题共{len(rollup.findings)}项，这里只列{MAX_ROWS}项，全部见 findings.jsonl。")
    table = SheetTable(
        rollup,
        rollup.page(NAME, "C0504D"),
        rollup.head.title("问题清单"),
        COLUMNS,
        unit_line=f"共{len(rollup.findings)}项",
    )
    table.write(islice(_rows(rollup), MAX_ROWS), notes)


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    if content.findings:
        return ""
    return "审核没有发现问题" if content.facts else "本批次没有可以审核的报表"


def listing_order(findings: Sequence[Finding]) -> list[Finding]:
    """A unit's findings as they are listed: errors first, trials last."""
    return sorted(findings, key=lambda f: (f.status != IN_FORCE, f.severity.rank, *list_order(f)))


def _rows(rollup: Rollup) -> Iterator[FindingRow]:
    """By unit as on 单位总表, then those about units that sent nothing."""
    numbers = count(1)
    for name, unit in zip_longest(names_in_order(rollup.facts, rollup.findings), rollup.facts):
        copies = copy_paths(name, unit.files) if unit is not None else {}
        for finding in listing_order(rollup.findings.by_unit.get(name, ())):
            path = copies.get(finding.file)
            link = external(path, finding.sheet, finding.cell or "A1") if path else ""
            yield FindingRow(
                next(numbers), finding, link, rollup.first_seen.get(finding.key, rollup.head.batch)
            )


def _weight(finding: Finding) -> str:
    word = finding.severity.value
    return word if finding.status == IN_FORCE else f"{word}（{finding.status}）"
