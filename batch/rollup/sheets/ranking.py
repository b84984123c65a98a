"""得分排名与等次: who ranks where, who is not ranked and why; units and money by grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from batch.checks.engine.amount import round_half_up
from batch.model.unit_facts import UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.differences import difference, rate
from batch.rollup.parts.small_table import Cell, HeadCell, SmallTable
from batch.rollup.parts.summary import UNGRADED, total
from batch.rollup.parts.table import SheetTable

NAME = "得分排名与等次"
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One unit with its rank, or why it has none."""

    unit: UnitFacts
    rank: int | None
    reason: str = ""


def _too_much(unit: UnitFacts) -> Decimal:
    """The points a unit gave itself beyond what the rules give, over the indicators they can score."""
    return max(difference(unit.recomputed_declared, unit.recomputed) or _NOTHING, _NOTHING)


def _is_too_much(row: Ranked) -> str:
    # points are given in tenths
    return "alert" if round_half_up(_too_much(row.unit), 1) else ""


def _doubted(row: Ranked) -> str:
    return "alert" if row.unit.doubtful else ""


def write(rollup: Rollup) -> None:
    """Add 得分排名与等次."""
    head = rollup.head
    columns: list[Column[Ranked]] = [
        Column("名次", 8, "center", lambda r: r.rank if r.rank is not None else "—"),
        Column("单位", 30, "wrap", lambda r: r.unit.unit),
        Column("主管部门", 24, "wrap", lambda r: r.unit.department),
        Column("自评得分", 11, "score", lambda r: r.unit.score),
        Column("存疑分值", 11, "score", lambda r: r.unit.doubtful, mark=_doubted),
        Column("等次", 9, "center", lambda r: r.unit.grade),
        Column("涉及分值", 10, "score", lambda r: r.unit.recomputed_points, "按规则重算"),
        Column("填报得分", 10, "score", lambda r: r.unit.recomputed_declared, "按规则重算"),
        Column("应得分", 10, "score", lambda r: r.unit.recomputed, "按规则重算"),
        Column(
            "多给的分", 10, "score", lambda r: _too_much(r.unit) if r.unit.recomputed is not None else None,
            "按规则重算", mark=_is_too_much,
        ),
        Column("状态", 9, "center", lambda r: r.unit.status, mark=lambda r: r.unit.status),
    ]  # fmt: skip
    main = head.figures.shown.main
    if main:
        outlay = main.spent
        columns.append(Column(main.outlay, 14, "money", lambda r: r.unit.figure(outlay), "", "sum"))
    if rollup.summary.with_score_before:
        columns += [
            Column("上年得分", 11, "score", lambda r: r.unit.score_before),
            Column("比上年", 10, "score", lambda r: difference(r.unit.score, r.unit.score_before)),
        ]
    columns.append(Column("未参与排名的原因", 36, "wrap", lambda r: r.reason))
    table = SheetTable(
        rollup,
        rollup.page(NAME, "2F5597"),
        head.title("得分排名与等次"),
        columns,
        unit_line="单位：分、万元",
        checked=True,
    )
    note = (
        "说明：按填报总分排名，同分的多给的分少者在前，都相同的同名次，其后名次顺延；多给的分标红，没有从总分中扣减；只有审核状态为“通过”、并有自评总分的单位参与排名，其余列在后面。"
        "存疑分值为佐证不足的指标的分值，列在旁边，不从填报总分中扣减；应得分只算能按规则重算的指标，"
        "“填报得分”是单位给同样这些指标的分；有未改正错误的单位等次为“待核”。"
    )
    table.write(_ranked(rollup), [note], [_distribution(rollup, main.outlay if main else "金额")])


def _ranked(rollup: Rollup) -> Iterator[Ranked]:
    """Ranked units best first, then the others in the order of 单位总表."""
    best = sorted((unit for unit in rollup.facts if not _reason(unit)), key=_standing)
    rank, last = 0, None
    for place, unit in enumerate(best, 1):
        standing = _standing(unit)
        if standing != last:
            rank, last = place, standing
        yield Ranked(unit, rank)
    for unit in rollup.facts:
        reason = _reason(unit)
        if reason:
            yield Ranked(unit, None, reason)


def _standing(unit: UnitFacts) -> tuple[Decimal, Decimal]:
    """What units are ranked by: their score, then how little of it is too much."""
    return -(unit.score or _NOTHING), _too_much(unit)


def _reason(unit: UnitFacts) -> str:
    """Why a unit is not ranked; "" when it is."""
    if unit.errors:
        return f"有{unit.errors}项错误未改正"
    if unit.warnings:
        return f"有{unit.warnings}项核实问题未说明"
    return "" if unit.score is not None else "没有可用的自评总分"


def _distribution(rollup: Rollup, outlay: str) -> SmallTable:
    """Units and money by grade, as shares of those whose grade stands; then those that have none yet."""
    grades = rollup.summary.grades
    standing = [grade for grade in grades if grade.name not in UNGRADED]
    units, amount = rollup.summary.graded, total(grade.amount for grade in standing)
    rows: list[list[Cell]] = [
        [g.name, g.units, rate(Decimal(g.units), Decimal(units)), g.amount, rate(g.amount, amount)]
        for g in standing
    ]
    rows.append(["已定等次", units, Decimal(1) if units else None, amount, Decimal(1) if amount else None])
    rows += [[g.name, g.units, None, g.amount, None] for g in grades if g.name in UNGRADED]
    whole = rollup.summary.units
    rows.append(["合计", whole, None, rollup.summary.total_spent, None])
    return SmallTable(
        "等次分布",
        [
            HeadCell("等次", "center", 2),
            HeadCell("户数", "count"),
            HeadCell("占已定等次户数", "rate"),
            HeadCell(f"{outlay}（万元）", "money", 2),
            HeadCell("占已定等次金额", "rate"),
        ],
        rows if whole else [],
        nothing="没有可以统计的单位",
        totalled=True,
    )
