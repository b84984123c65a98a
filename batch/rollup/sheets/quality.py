"""自评质量评分: how well each unit did its self-evaluation, and what it lost points for."""

from __future__ import annotations

from decimal import Decimal

from batch.model.unit_facts import Number, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup, RollupContent
from batch.rollup.parts.differences import rate
from batch.rollup.parts.table import SheetTable

NAME = "自评质量评分"
_NOTE = (
    "说明：按规则包的扣分标准由审核发现自动计算，一件事引起的几个问题只扣一次，扣其中最重的；"
    "每项扣完为止。没有依据的项目为“未评”，不计入满分，得分率＝得分÷满分。本表供内部复核，公布前须经办人确认。"
)
#: number, unit
_Row = tuple[int, UnitFacts]


def write(rollup: Rollup) -> None:
    """Add 自评质量评分, the worst first; the dimensions are the pack's."""
    first = next((unit.quality for unit in rollup.facts if unit.quality), ())
    dimensions = {name: points for name, points, _ in first}
    columns: list[Column[_Row]] = [
        Column("序号", 6, "center", lambda r: r[0]),
        Column("单位", 24, "wrap", lambda r: r[1].unit),
        *(_dimension(name, points) for name, points in dimensions.items()),
        Column("得分", 9, "score", lambda r: r[1].quality_total, "合计"),
        Column("满分", 9, "score", lambda r: r[1].quality_points, "合计"),
        Column("得分率", 10, "rate", lambda r: _share(r[1]), "合计", bar="A9D18E"),
        Column("扣分明细（核查项、件数、扣分）", 84, "wrap", lambda r: lost(rollup, r[1])),
    ]
    table = SheetTable(
        rollup,
        rollup.page(NAME, "5B9BD5"),
        rollup.head.title("质量评分表"),
        columns,
        unit_line="单位：分",
    )
    rated = sorted((unit for unit in rollup.facts if unit.quality), key=lambda u: _share(u) or Decimal(1))
    table.write(enumerate(rated, 1), [_NOTE])


def nothing(content: RollupContent) -> str:
    """Why there is no such sheet."""
    if any(unit.quality for unit in content.facts):
        return ""
    return "规则包没有自评质量评分办法" if content.facts else "本批次没有收到可以处理的报表"


def _dimension(name: str, points: Decimal) -> Column[_Row]:
    def score(row: _Row) -> Decimal | str | None:
        found = next((s for n, _, s in row[1].quality if n == name), None)
        return "未评" if found is None else found

    title = f"{name}\n（{points.normalize():f}分）"
    return Column(
        title, 10, "score", score, "各项得分", mark=lambda r: "center" if score(r) == "未评" else ""
    )


def _share(unit: UnitFacts) -> Number:
    return rate(unit.quality_total, unit.quality_points)


def lost(rollup: Rollup, unit: UnitFacts) -> str:
    """What points were lost for: “完整性：F006 缺报规定的表 1件扣10分；…”."""
    by_dimension: dict[str, list[str]] = {}
    for dimension, check, places, points in unit.quality_lost:
        by_dimension.setdefault(dimension, []).append(
            f"{rollup.check_name(check) if check else '逾期报送'} {places}件扣{points.normalize():f}分"
        )
    return "；".join(f"{name}：{'、'.join(parts)}" for name, parts in by_dimension.items())
