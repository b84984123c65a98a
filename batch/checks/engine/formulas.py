"""What an indicator is due: the production formulas of unit self-evaluation (domain notes §1.2).

With A the target, B the result and W the points; scores have two decimals, a negative B counts as 0::

    正向 ≥ >   B ≥ A → W, else B/A·W
    等于       A = 0: B ≤ 0 → W, else 0; A > 0 as 正向
    反向 ≤ <   B ≤ A → W; A < B < 2A → (1 − (B−A)/A)·W; from 2A on 0    (or A/B·W, by the pack)
    定性       a judgement leaves a range: 达成 80–100 % of W, 部分达成 60–80 %, 未达成 below

What the formulas do not cover is Missing with the reason. Checks and scoring both score with these.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from batch.checks.engine.amount import Missing, round_half_up, show
from batch.forms.read.quantities import Parsed
from batch.forms.read.target_comparison import FIGURES, comparable, factors, meets

_ONE = Decimal(1)
_ZERO = Decimal(0)
_JUDGED = ("grade", "tick")


@dataclass(frozen=True, slots=True)
class Band:
    """What a judgement allows: from `low` to `high` of the points, `high` itself only if `closed`."""

    word: str
    low: Decimal
    high: Decimal
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Formulas:
    """The pack's options, and the bands of 定性."""

    #: "linear_2A" or "ratio_A_over_B"
    reverse: str = "linear_2A"
    #: "full": full marks with a note; "deviation": less by the share above the limit; "ask": left to people
    overshoot: str = "full"
    #: results above this share of the target are an overshoot
    overshoot_above: Decimal = Decimal("1.30")
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True, slots=True)
class Due:
    """What the rule gives; a range when it leaves room for judgement."""

    lowest: Decimal
    highest: Decimal
    rule: str
    formula: str
    note: str = ""
    #: whether `highest` itself is already too much
    below: bool = False

    @property
    def score(self) -> Decimal | None:
        """The one score the rule gives; None when it leaves a range."""
        return self.lowest if self.lowest == self.highest and not self.below else None

    def allows(self, score: Decimal) -> bool:
        """Whether a score lies in the range."""
        return self.lowest <= score and (score < self.highest if self.below else score <= self.highest)


def due_of(target: Parsed, actual: Parsed, points: Decimal, by: Formulas) -> Due | Missing:
    """What a result earns against its target, or why the formulas do not say. `points` ≥ 0."""
    if not comparable(target, actual):
        return Missing("指标值与完成值口径不同，无法比较")
    if target.kind not in FIGURES:
        return _in_words(target, actual, points, by)
    scale = factors(target, actual)
    if scale is None or target.number is None or actual.number is None:
        return Missing("指标值或完成值不是数字")
    note = "完成值不是确切数，按其界限计算" if actual.op or actual.upper is not None else ""
    low = target.number * scale[0]
    as_rate = "%" in (target.unit, actual.unit)
    least = actual.number * scale[1]
    most = least if actual.upper is None else actual.upper * scale[1]
    if target.op in ("≤", "<") or (target.kind == "number" and not target.op and low == 0):
        if actual.op in ("≥", ">"):
            return Missing("完成值写的是下限，无法与不超过某数的指标值比较")
        return downward(low, max(most, _ZERO) if low >= 0 else most, points, by, as_rate, note)
    if actual.op in ("≤", "<"):
        return Missing("完成值写的是上限，无法与不低于某数的指标值比较")
    if target.upper is not None and most > target.upper * scale[0]:
        return Missing("完成值超出指标值范围的上限，规则没有这种情形的算法")
    return _upward(target, _Result(low, least, as_rate, note), points, by)


class _Result(NamedTuple):
    """Target and result in the same unit, whether to show them as rates, and a note on how they were read."""

    wanted: Decimal
    reached: Decimal
    as_rate: bool
    note: str


def _upward(target: Parsed, result: _Result, points: Decimal, by: Formulas) -> Due | Missing:
    wanted, reached, as_rate, note = result
    rule = "正向" if target.op else "等于"
    if wanted <= 0:
        if not target.op and reached > wanted:
            return Missing("指标值为0（或负数）且没有写明方向")
        if reached < wanted:
            return Missing("指标值为负数，规则没有这种情形的算法")
        return Due(points, points, rule, _full(wanted, reached, as_rate, "≥"), note)
    reached = max(reached, _ZERO)
    a, b = _shown(wanted, as_rate), _shown(reached, as_rate)
    if reached < wanted:
        return exactly(prorata(reached / wanted, points), rule, f"{b}÷{a}×{_plain(points)}", note)
    ratio = reached / wanted
    if ratio <= by.overshoot_above or by.overshoot == "full":
        if ratio > by.overshoot_above:
            note = f"完成值为指标值的{_shown(ratio, True)}，超出较多，应说明原因"
        return Due(points, points, rule, _full(wanted, reached, as_rate, "≥"), note)
    if by.overshoot == "ask":
        return Missing(f"完成值为指标值的{_shown(ratio, True)}，超出较多，由人工按偏离程度核定")
    limit = _shown(by.overshoot_above, True)
    share = max(_ZERO, _ONE - (ratio - by.overshoot_above))
    return exactly(
        prorata(share, points), rule, f"[1−({b}÷{a}−{limit})]×{_plain(points)}", "超出较多，按偏离程度扣减"
    )


def downward(
    wanted: Decimal, reached: Decimal, points: Decimal, by: Formulas, as_rate: bool, note: str = ""
) -> Due | Missing:
    """反向: at most `wanted` is full, above it the points go by the pack's reverse formula."""
    if reached <= wanted:
        return Due(points, points, "反向", _full(wanted, reached, as_rate, "≤"), note)
    if wanted < 0:
        return Missing("指标值为负数，规则没有这种情形的算法")
    a, b, w = _shown(wanted, as_rate), _shown(reached, as_rate), _plain(points)
    if wanted == 0:
        return Due(_ZERO, _ZERO, "反向", f"{b}＞{a}，得0分", note)
    if by.reverse == "ratio_A_over_B":
        return exactly(prorata(wanted / reached, points), "反向", f"{a}÷{b}×{w}", note)
    if reached >= 2 * wanted:
        return Due(_ZERO, _ZERO, "反向", f"{b}不低于{a}的2倍，得0分", note)
    share = _ONE - (reached - wanted) / wanted
    return exactly(prorata(share, points), "反向", f"[1−({b}−{a})÷{a}]×{w}", note)


def prorata(share: Decimal, points: Decimal) -> Decimal:
    """A share of the points, to the cent; never below 0 or above the points."""
    return min(points, round_half_up(min(max(share, _ZERO), _ONE) * points, 2))


def exactly(score: Decimal, rule: str, formula: str, note: str = "") -> Due:
    """One score, no room for judgement."""
    return Due(score, score, rule, formula, note)


def _in_words(target: Parsed, actual: Parsed, points: Decimal, by: Formulas) -> Due | Missing:
    """定性, and schedules, which are either kept or not."""
    if actual.kind not in _JUDGED:
        if meets(target, actual) is True:
            return Due(points, points, "等于", "达到指标值，得满分")
        return Missing("指标值、完成值都是文字，须看佐证材料评定")
    word = actual.grade if actual.kind == "grade" else ("达成" if actual.number == 1 else "未达成")
    band = next((band for band in by.bands if band.word == word), None)
    if band is None:
        return Missing(f"完成值“{word}”不在定性三档（达成、部分达成、未达成）之内")
    low, high = (round_half_up(share * points, 2) for share in (band.low, band.high))
    end = "以下" if not band.closed else ""
    formula = f"{word}：{_plain(points)}分的{_shown(band.low, True)}～{_shown(band.high, True)}{end}"
    return Due(low, high, "定性", formula, below=not band.closed)


def _full(wanted: Decimal, reached: Decimal, as_rate: bool, sign: str) -> str:
    return f"{_shown(reached, as_rate)}{sign}{_shown(wanted, as_rate)}，得满分"


def _shown(number: Decimal, as_rate: bool) -> str:
    return show(number, "%").replace(".00%", "%") if as_rate else _plain(number)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
