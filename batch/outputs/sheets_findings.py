"""问题清单: one row per finding, its position a link into the annotated copy."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from batch.model.review import Finding, Severity
from batch.outputs.columns import Column
from batch.outputs.results import order
from batch.outputs.rollbook import Rollup
from batch.outputs.sheet import Table

NAME = "问题清单"
#: a list nobody could read; findings.jsonl has them all
MAX_ROWS = 200_000
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.HINT: 2}
_TO_DO = {Severity.ERROR: "待改正", Severity.WARNING: "待说明", Severity.HINT: "供参考"}
_Row = tuple[int, Finding]
_NOTE = (
    "说明：点“位置”打开该单位的批注件。“错误”须改正，“核实”须改正或说明，“提示”供参考；"
    "试行的规则、已说明和豁免的问题不计入单位状态。"
)


def position(finding: Finding) -> str:
    """Where a finding is, as people say it: 表页!单元格; the sheet alone when the cell does not exist."""
    if finding.cell:
        return f"{finding.sheet}!{finding.cell}"
    return finding.sheet or finding.file.rpartition("/")[2]


def explained(finding: Finding) -> str:
    """What the unit wrote about it, with the document it rests on."""
    basis = f"（依据：{finding.explanation_basis}）" if finding.explanation_basis else ""
    return finding.explanation + basis


def state(finding: Finding) -> str:
    """What became of a finding, or what the unit still has to do about it."""
    if finding.answer:
        return finding.answer
    if finding.status != "正式":
        return finding.status
    return _TO_DO[finding.severity]


def write(rollup: Rollup) -> None:
    """Add 问题清单: by unit as on 单位总表, errors first, trials last."""
    columns: list[Column[_Row]] = [
        Column("序号", 5.5, "center", lambda r: r[0]),
        Column("单位", 15, "wrap", lambda r: r[1].unit),
        Column("表", 11, "wrap", lambda r: r[1].form),
        Column("位置", 16, "wrap", lambda r: position(r[1]), link=lambda r: _link(rollup, r[1])),
        Column("规则\n编号", 7, "center", lambda r: r[1].check),
        Column("类别", 12, "wrap", lambda r: r[1].category),
        Column("级别", 8, "wrap", lambda r: _weight(r[1]), mark=lambda r: r[1].severity.value),
        Column("问题", 44, "wrap", lambda r: r[1].message),
        Column("填报值", 15, "wrap", lambda r: r[1].filled),
        Column("计算值", 15, "wrap", lambda r: r[1].expected),
        Column("差额", 14, "wrap", lambda r: r[1].difference),
        Column("修改建议", 26, "wrap", lambda r: r[1].fix),
        Column("单位说明", 20, "wrap", lambda r: explained(r[1])),
        Column("处理\n状态", 8, "center", lambda r: state(r[1])),
        Column("首次发现", 14, "wrap", lambda r: rollup.first_seen.get(r[1].key, rollup.head.batch)),
    ]
    notes = [_NOTE]
    if len(rollup.findings) > MAX_ROWS:
        notes.insert(0, f"问题共{len(rollup.findings)}项，这里只列{MAX_ROWS}项，全部见 findings.jsonl。")
    table = Table(
        rollup,
        rollup.add_sheet(NAME, "C0504D"),
        f"{rollup.head.year}年度部门整体支出绩效自评问题清单",
        columns,
        unit_line=f"共{len(rollup.findings)}项",
        empty="审核没有发现问题" if rollup.facts else "本批次没有可以审核的报表",
    )
    table.write(_rows(rollup), notes)


def in_order(rollup: Rollup) -> Iterator[Finding]:
    """All findings by unit as on 单位总表, errors first, trials last."""
    by_unit = rollup.findings.by_unit
    places = {unit.unit: place for place, unit in enumerate(rollup.facts)}
    for _, unit in sorted((places.get(name, len(places)), name) for name in by_unit):
        yield from sorted(by_unit[unit], key=lambda f: (f.status != "正式", _ORDER[f.severity], *order(f)))


def _rows(rollup: Rollup) -> Iterator[_Row]:
    yield from enumerate(islice(in_order(rollup), MAX_ROWS), 1)


def _weight(finding: Finding) -> str:
    word = finding.severity.value
    return word if finding.status == "正式" else f"{word}（{finding.status}）"


def _link(rollup: Rollup, finding: Finding) -> str:
    return rollup.link_to_copy(finding.unit, finding.file, finding.sheet, finding.cell or "A1")
