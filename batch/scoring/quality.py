"""自评质量评分: points deducted in each dimension, once for each cause, naming the finding."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from batch.model.review import Finding
from batch.model.scores import Deduction, Dimension, Quality
from batch.scoring.rules import DeductRule, DimensionRule, QualityRule

_ZERO = Decimal(0)


def quality_of(
    findings: Iterable[Finding], rule: QualityRule, days_late: int | None = None, returns: int | None = None
) -> Quality:
    """The score from the open findings, and how late the unit was and how often it was sent back.

    Findings of one cause are one thing to do and are deducted for once, at the highest of their prices.
    `days_late` 0 when on time; `returns` counts every return. Unknown (None): 及时性 is 未评 and the total
    is out of the rest. A dimension never falls below 0: what is beyond it is not deducted.
    """
    left = {d.name: d.points for d in rule.dimensions}
    beyond = dict.fromkeys(left, 0)
    lost: list[Deduction] = []

    def deduct(dimension: str, price: Decimal, check: str, finding: str, text: str) -> None:
        points = min(price, left[dimension])
        if points > _ZERO:
            left[dimension] -= points
            lost.append(Deduction(dimension, points, check, finding, text))
        elif price > _ZERO:
            beyond[dimension] += 1

    for d in rule.dimensions:
        for points, text in _delays(d, days_late, returns):
            deduct(d.name, points, "", "", text)
    for price, f in _priced(findings, rule):
        deduct(price.dimension, price.points, f.check, f.key, f.message)
    known = days_late is not None and returns is not None
    dimensions = (_dimension(d, left[d.name], beyond[d.name], known) for d in rule.dimensions)
    return Quality(tuple(dimensions), tuple(lost))


def _priced(findings: Iterable[Finding], rule: QualityRule) -> list[tuple[DeductRule, Finding]]:
    """One finding of each cause with what it costs: the dearest, the first on a tie."""
    dearest: dict[str, tuple[DeductRule, Finding]] = {}
    for f in findings:
        price = rule.price(f.check, f.category, f.severity) if f.is_open else None
        if price is not None:
            known = dearest.setdefault(f.cause or f.key, (price, f))
            if price.points > known[0].points:
                dearest[f.cause or f.key] = price, f
    return list(dearest.values())


def _delays(d: DimensionRule, days_late: int | None, returns: int | None) -> list[tuple[Decimal, str]]:
    if days_late is None or returns is None:
        return []
    again = max(0, returns - 1)
    return [
        (number * price, text)
        for number, price, text in (
            (days_late, d.late_day, f"迟报{days_late}天"),
            (again, d.returned, f"退回{returns}次，第一次以后的{again}次"),
        )
        if price is not None and number > 0
    ]


def _dimension(d: DimensionRule, left: Decimal, beyond: int, known: bool) -> Dimension:
    if not known and (d.late_day is not None or d.returned is not None):
        return Dimension(d.name, d.points, None, "报送日期和退回次数尚无记录")
    more = f"，另有{beyond}处不再扣" if beyond else ""
    return Dimension(d.name, d.points, left, f"已扣完{more}" if left == _ZERO else "")
