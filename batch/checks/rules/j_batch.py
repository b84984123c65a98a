"""Checks on 基础数据表 that compare the units of a batch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from statistics import median

from batch.checks.engine.across import AcrossResult, Batch, Cells, across
from batch.checks.engine.amount import show
from batch.checks.engine.catalogue import Check
from batch.checks.engine.check_result import NotApplicable, Passed, Unchecked, Violation
from batch.checks.engine.requested_cells import Key
from batch.checks.engine.similar_texts import bare
from batch.model.unit_facts import KeptCell, UnitFacts

_SPENT: Key = ("基础数据表", "整体支出", "本年决算")
_PROJECTS: Key = ("基础数据表", "项目支出", "本年决算")
_STAFF: Key = ("基础数据表", "", "在职人数")
_THRIFT: Key = ("基础数据表", "", "厉行节约保障措施")


def _per_head(_check: Check, unit: UnitFacts, _cells: Cells) -> Decimal | None:
    if unit.total_spent is None or unit.project_spent is None or not unit.staff:
        return None
    return (unit.total_spent - unit.project_spent) / unit.staff


@across("J128", _SPENT, _PROJECTS, _STAFF, look=_per_head)
def outlay_per_head(batch: Batch) -> Iterator[AcrossResult]:
    """基本支出 per head beside the other units: median ± a multiple of the median deviation (MAD)."""
    limits = batch.check.thresholds
    heads: Sequence[Decimal | None] = batch.seen
    known = [head for head in heads if head is not None]
    middle = median(known) if known else Decimal(0)
    spread = median(abs(head - middle) for head in known) if known else Decimal(0)
    for unit, head in zip(batch.units, heads, strict=True):
        if head is None:
            yield unit, Unchecked("", "整体支出、项目支出或在职人数没有可用的数")
        elif len(known) < limits["最少单位数"]:
            yield unit, Unchecked("", f"可比单位只有{len(known)}个，少于{limits['最少单位数']}个，无法比较")
        elif not spread:
            yield unit, Unchecked("", "半数以上单位的人均数相同，没有可比的范围")
        elif abs(head - middle) <= limits["倍数"] * spread:
            yield unit, Passed("人均基本支出", left=show(head, "万元"), right=show(middle, "万元"))
        else:
            # nobody spends less than nothing
            low = max(middle - limits["倍数"] * spread, Decimal(0))
            high = middle + limits["倍数"] * spread
            cells = batch.pick(unit, (_SPENT, _PROJECTS, _STAFF))
            span = f"{show(low, '万元')}至{show(high, '万元')}"
            words = {
                "人均": show(head, "万元"),
                "高低": "高" if head > middle else "低",
                "中位数": show(middle, "万元"),
                "范围": span,
            }
            yield (
                unit,
                Violation(
                    "整体支出.本年决算",
                    None,
                    _first(cells, _SPENT),
                    "整体支出.本年决算",
                    words,
                    filled=f"人均{words['人均']}",
                    expected=span,
                    right=span,
                    difference=show(head - middle, "万元", signed=True),
                    related=[found[0] for key in (_PROJECTS, _STAFF) if (found := cells.get(key))],
                ),
            )


def _thrift(_check: Check, _unit: UnitFacts, cells: Cells) -> str | None:
    cell = _first(cells, _THRIFT)
    return bare(cell.raw) if cell else None


@across("J129", _THRIFT, look=_thrift)
def same_thrift(batch: Batch) -> Iterator[AcrossResult]:
    """厉行节约措施 word for word the same in several units."""
    most = int(batch.check.thresholds["雷同单位数"])
    seen: Sequence[str | None] = batch.seen
    filled = sum(text is not None for text in seen)
    owners: dict[str, list[str]] = {}
    for unit, text in zip(batch.units, seen, strict=True):
        if text:
            owners.setdefault(text, []).append(unit.unit)
    for unit, text in zip(batch.units, seen, strict=True):
        if not text:
            yield unit, NotApplicable("", "厉行节约保障措施未填写")
            continue
        others = [name for name in owners[text] if name != unit.unit]
        if len(others) >= most:
            words = {"n": str(len(others)), "单位": "、".join(others[:most])}
            yield (
                unit,
                Violation(_THRIFT[2], None, _first(batch.pick(unit, (_THRIFT,)), _THRIFT), _THRIFT[2], words),
            )
        elif filled <= most:
            yield unit, Unchecked("", f"本批次只有{filled}个单位填写，无法比较")
        else:
            yield unit, Passed(_THRIFT[2])


def _first(cells: Cells, key: Key) -> KeptCell | None:
    return next(iter(cells.get(key, ())), None)
