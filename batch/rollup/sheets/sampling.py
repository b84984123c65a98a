"""抽查建议名单: units to look at on the spot, why, how much money they cover; columns to fill in."""

from __future__ import annotations

from decimal import Decimal

from batch.forms.spec.labels import squeeze
from batch.model.clerk_notes import SpotCheck
from batch.model.status import SEVERITY_WORDS
from batch.model.unit_facts import Number
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.differences import rate
from batch.rollup.parts.sample_choice import AMOUNT, LOT, RISK, Chosen, choose
from batch.rollup.parts.small_table import Cell, HeadCell, SmallTable
from batch.rollup.parts.summary import total
from batch.rollup.parts.table import SheetTable

NAME = "抽查建议名单"
_ERROR, _WARNING, _ = SEVERITY_WORDS
#: number, unit, what a spot check of it as a whole came to
_Row = tuple[int, Chosen, SpotCheck | None]


def write(rollup: Rollup) -> None:
    """Add 抽查建议名单."""
    head, sampling = rollup.head, rollup.head.sampling
    main, scored = head.figures.shown.main, bool(head.figures.whole.form)
    chosen = choose(rollup.facts, sampling, head.lot, main)
    whole = rollup.summary.total_spent
    columns: list[Column[_Row]] = [
        Column("序号", 5, "center", lambda r: r[0]),
        Column("单位", 22, "wrap", lambda r: r[1].unit),
        Column("主管部门", 16, "wrap", lambda r: r[1].department),
        Column("入选方式", 10, "wrap", lambda r: "、".join(r[1].ways)),
        Column("入选依据", 36, "wrap", lambda r: "；".join(r[1].reasons)),
    ]
    if main:
        columns += [
            Column(main.outlay, 13, "money", lambda r: r[1].outlay, "填报与审核", "sum"),
            Column("占全部", 9, "rate", lambda r: rate(r[1].outlay, whole), "填报与审核", "sum"),
        ]
    columns += [
        Column("风险分", 8.5, "score", lambda r: r[1].risk, "填报与审核", bar="F4B183"),
        Column(_ERROR, 6, "count", lambda r: r[1].errors, "填报与审核"),
        Column(_WARNING, 6, "count", lambda r: r[1].warnings, "填报与审核"),
    ]
    if scored:
        columns += [
            Column("自评得分", 9, "score", lambda r: r[1].score, "填报与审核"),
            Column("复核得分", 9, "score", lambda r: r[2].score if r[2] else None, "复核"),
            Column("偏离度", 8, "rate", _deviation, "复核"),
        ]
    columns += [
        Column("意见", 20, "wrap", lambda r: r[2].opinion if r[2] else "", "复核"),
        Column("复核人", 9, "wrap", lambda r: r[2].by if r[2] else "", "复核"),
    ]
    table = SheetTable(
        rollup,
        rollup.page(NAME, "5B9BD5"),
        head.title("抽查复核建议名单"),
        columns,
    )
    share = f"{sampling.share:.0%}"
    by_amount = f"金额大——按{main.outlay}；" if main else ""
    doubtful = f"＋存疑分值×{sampling.per_doubtful}" if scored else ""
    note = (
        f"说明：{'三' if main else '两'}种方式各取{share}（向上取整，不少于{sampling.least}户）：{by_amount}"
        f"风险高——风险分＝错误件数×{sampling.per_error}＋核实件数×{sampling.per_warning}{doubtful}；"
        f"随机——在其余单位中抽取，随机种子“{head.lot}”，按编码和名称排序后抽取，可以重复验证。"
        f"{'偏离度＝（自评得分－复核得分）÷自评得分。' if scored else ''}"
        "名单由系统按上述口径提出，抽查对象由财政局确定。"
        "复核结果写在经办台账.xlsx的“复核”页，不写在这里。"
    )
    rows = ((number, unit, _checked(rollup, unit)) for number, unit in enumerate(chosen, 1))
    table.write(rows, [note], [_coverage(rollup, chosen)])


def _checked(rollup: Rollup, chosen: Chosen) -> SpotCheck | None:
    told = rollup.clerk.spot_checks.get(squeeze(chosen.unit), ())
    return next((check for check in told if check.project in ("", rollup.head.words.whole)), None)


def _deviation(row: _Row) -> Number:
    """By how much of it the declared score is higher than that of the spot check."""
    _, unit, check = row
    if check is None or check.score is None or unit.score is None:
        return None
    return rate(unit.score - check.score, unit.score)


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    return "" if content.facts else "本批次没有收到可以处理的报表"


def _coverage(rollup: Rollup, chosen: list[Chosen]) -> SmallTable:
    """How many units and how much money each way covers, a unit chosen in two ways once in the total."""
    whole, main = rollup.summary.total_spent, rollup.head.figures.shown.main
    ways = (AMOUNT, RISK, LOT) if main else (RISK, LOT)
    groups = [(way, [c for c in chosen if way in c.ways]) for way in ways]
    groups.append(("合计（不重复）", chosen))
    rows: list[list[Cell]] = []
    for name, members in groups:
        amount = total(c.outlay for c in members)
        units = Decimal(len(members))
        share = rate(units, Decimal(rollup.summary.units))
        rows.append([name, units, share, *([amount, rate(amount, whole)] if main else [])])
    money = [HeadCell(f"{main.outlay}（万元）", "money"), HeadCell("占金额", "rate")] if main else []
    return SmallTable(
        "覆盖情况",
        [HeadCell("方式", "wrap", 2), HeadCell("户数", "count"), HeadCell("占户数", "rate"), *money],
        rows if chosen else [],
        nothing="没有可以抽查的单位",
        totalled=True,
    )
