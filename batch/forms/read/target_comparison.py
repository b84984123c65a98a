"""Whether a result is comparable with its target, and whether it meets it."""

from __future__ import annotations

from decimal import Decimal

from batch.forms.locate.numerals import COUNTING, MONEY, measure
from batch.forms.read.quantities import Parsed

FIGURES = frozenset({"number", "percent", "range"})
_JUDGED = frozenset({"grade", "tick"})
_WORDS = frozenset({"grade", "tick", "text", "schedule", "date"})
#: a bare number up to this beside a percentage is a fraction: 0.95, 1
_FRACTION = Decimal("1.5")
_ACHIEVED = {"达成": 3, "部分达成": 2, "未达成": 1}
_MARKED = {"优": 4, "良": 3, "中": 2, "差": 1}

_ONE = Decimal(1)


def comparable(target: Parsed, actual: Parsed) -> bool:
    """Whether target and result are given in the same terms.

    Figures need the same measure, or one of them none: 元 and 万元 are one measure, 个 matches any count, a
    bare 95 matches 100%. A judgement (达标, √) answers a schedule, a date or a target in words, but not a
    figure; “7*24” is not answered by “100%”. Blanks and placeholders are comparable with nothing.
    """
    if target.kind in FIGURES and actual.kind in FIGURES:
        return factors(target, actual) is not None
    if target.kind not in _WORDS or actual.kind not in _WORDS:
        return False
    if target.kind in _JUDGED or actual.kind in _JUDGED:
        return True
    return target.kind == actual.kind


def meets(target: Parsed, actual: Parsed) -> bool | None:
    """Whether the result reaches the target; None when that cannot be said.

    ≤ and < want little, everything else much; a plain target of 0 wants 0 (财预〔2020〕10号 practice: the "="
    rule of the production system, domain notes §1.2). A result that is itself a bound counts with the bound
    (大于93% against 95%: not met) unless it bounds the wrong side (≤100% against ≥95%: unknown).
    """
    if not comparable(target, actual):
        return None
    if target.kind in FIGURES:
        return _meets_figure(target, actual)
    if target.kind == actual.kind == "schedule":
        wanted, given = (tuple(map(int, p.unit.split("×"))) for p in (target, actual))
        return all(have >= want for have, want in zip(given, wanted, strict=True))
    if target.kind == actual.kind == "tick":
        return target.number == actual.number
    if target.grade in _MARKED and actual.grade in _MARKED:
        return _MARKED[actual.grade] >= _MARKED[target.grade]
    return _achieved(actual, target.grade == "优")


def _achieved(actual: Parsed, strictly: bool) -> bool | None:
    """What a judgement says about any target in words; `strictly`: 良 is not enough."""
    if actual.kind == "tick":
        return actual.number == 1
    if actual.grade in _ACHIEVED:
        return actual.grade == "达成"
    return {"优": True, "良": not strictly, "差": False}.get(actual.grade)


def _meets_figure(target: Parsed, actual: Parsed) -> bool | None:
    scale = factors(target, actual)
    if scale is None or target.number is None or actual.number is None:
        return None
    low, have = target.number * scale[0], actual.number * scale[1]
    most = (actual.upper if actual.upper is not None else actual.number) * scale[1]
    few = target.op in ("≤", "<") or (target.kind == "number" and not target.op and low == 0)
    if actual.op in (("≥", ">") if few else ("≤", "<")):
        return None
    if target.op in (">", "<") and low == have == most:
        return target.op == actual.op
    if few:
        return most <= low
    if target.upper is not None and most > target.upper * scale[0]:
        return None
    return have >= low


def share_reached(target: Parsed, actual: Parsed) -> Decimal | None:
    """The result over its target in the same terms, 98÷95 of 98 against ≥95%; None when there are none."""
    scale = factors(target, actual) if target.kind in FIGURES and actual.kind in FIGURES else None
    if scale is None or not target.number or actual.number is None:
        return None
    return actual.number * scale[1] / (target.number * scale[0])


def factors(target: Parsed, actual: Parsed) -> tuple[Decimal, Decimal] | None:
    """Factors that bring both figures to the same unit; None when there are none."""
    if (target.notes or actual.notes) and {"increase", "decrease"} <= {*target.notes, *actual.notes}:
        return None
    wanted, given = measure(target.unit), measure(actual.unit)
    if wanted == given:
        return (MONEY[target.unit], MONEY[actual.unit]) if wanted == "元" else (_ONE, _ONE)
    if not wanted or not given:
        return _beside_bare(target, actual)
    for one, other, swap in ((target, given, False), (actual, wanted, True)):
        if "magnitude-only" in one.notes and other not in ("%", "百分点"):
            return (_ONE, MONEY[one.unit]) if swap else (MONEY[one.unit], _ONE)
    same = "个" in (wanted, given) and {wanted, given} <= COUNTING | {"个"}
    return (_ONE, _ONE) if same else None


def _beside_bare(target: Parsed, actual: Parsed) -> tuple[Decimal, Decimal] | None:
    """Factors when one of the two has no unit: it is meant in the other's, if that makes sense."""
    bare, other = (target, actual) if not target.unit else (actual, target)
    if other.unit not in ("%", "百分点"):
        return _ONE, _ONE
    number, share = bare.upper or bare.number or Decimal(0), other.upper or other.number or Decimal(0)
    at_most = bare is actual and target.op in ("≤", "<")
    # 1 beside ≤10% is 1 %: a fraction would be ten times what is allowed
    if 0 <= number <= _FRACTION and not (at_most and number > share * 2):
        return _ONE, _ONE
    # 100 beside 95% is 100 %; 32 beside 100% is rather a count of something
    least = Decimal(0) if at_most else share / 2
    if share <= 0 or not least <= number.scaleb(-2) <= share * 2:
        return None
    hundredth = Decimal("0.01")
    return (hundredth, _ONE) if bare is target else (_ONE, hundredth)
