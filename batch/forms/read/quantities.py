"""Parse a number with the words around it: ≥95%, 不超过100%, 22万余次, 80%-90%, 403万元."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from batch.forms.locate.numerals import (
    MAGNITUDES,
    MEASURE_WORDS,
    MONEY,
    NUMERAL_CHARS,
    chinese_integer,
    scale,
)
from batch.model.record import record


@record(frozen=True, slots=True)
class Parsed:
    """One parsed value."""

    #: "number", "percent", "schedule", "grade", "tick", "range", "date", "text", "placeholder" or "blank"
    kind: str
    #: percentages as fractions (0.8667); a tick is 1 or 0; lower end of a range; None for words
    number: Decimal | None = None
    #: upper end of a range
    upper: Decimal | None = None
    #: "", "≥", ">", "≤", "<": a bound rather than a fact
    op: str = ""
    #: decimals as printed: "86.67%" → 2
    places: int = 0
    #: "%", a unit of money, the measure word as typed; "7×24" of a schedule
    unit: str = ""
    #: what had to be guessed: "text-number", "approximate", "subject" (words left out), "done" (words left
    #: out that say nothing of what was counted: 已完成12次), "own-unit" (money
    #: unit typed behind the number), "currency-sign" (¥ before it and no unit), "magnitude-only" (万 without
    #: 元 or a measure word), "repaired", "fullwidth", "bracket-negative", "chinese-numeral", "fraction",
    #: "increase", "decrease", "date" (probably a ratio turned into a date), "debris"
    notes: tuple[str, ...] = ()
    #: of a grade: "达成", "部分达成", "未达成", "优", "良", "中" or "差"
    grade: str = ""


#: no amount of a county has more digits; account and identity numbers do
_LONGEST_NUMBER = 18
#: no amount of a county is as large; two account numbers pasted into one cell are, and would break arithmetic
#: in 28 digits. What doubles leave of a difference is larger than the smallest.
_LARGEST, _SMALLEST = Decimal("1e15"), Decimal("1e-20")
_PLAIN = re.compile(r"-?\d{1,15}(?:\.(\d{1,15}))?(%?)", re.ASCII)


def fits(number: Decimal) -> bool:
    """Whether a form can hold such a number."""
    return not number or _SMALLEST <= abs(number) < _LARGEST


def parse_simple(text: str) -> Parsed | None:
    """Fast path for “403.00” and “100%”; None for anything else."""
    found = _PLAIN.fullmatch(text)
    if not found:
        return None
    places = len(found[1] or "")
    if found[2]:
        return Parsed("percent", Decimal(text[:-1]).scaleb(-2), places=places, unit="%")
    return Parsed("number", Decimal(text), places=places)


_HAN = "\u4e00-\u9fff"
_BEFORE_BY_OP = {
    "≥": "≥ >= => ≧ ⩾ ≮ ≽ 》= 〉= 大于等于 大于或等于 高于或等于 不低于 不得低于 不少于 不得少于 不小于 "
    "不得小于 至少 达到或超过 达到 达",
    ">": "> 》 〉 大于 高于 超过 多于 超 突破 优于",
    "≤": "≤ <= =< ≦ ⩽ ≯ ≼ 《= 〈= 小于等于 小于或等于 低于或等于 不超过 不得超过 不超 不高于 不得高于 "
    "不大于 不得大于 不多于 不得多于 至多 最多 控制在 控制到 限制在",
    "<": "< 《 〈 小于 低于 少于 不足 不到 不满",
    "": "= == ═ ⩵ 〓 等于 为 共 共计 合计 总计 累计 : 保持在 稳定在",
}
_AFTER_BY_OP = {
    "≥": "及以上 或以上 (含)以上 以上(含) 含以上",
    # 98%以上 as “more than”: domain notes §3.4
    ">": "以上 之上",
    "≤": "及以下 或以下 (含)以下 以下(含) 以内 之内 内",
    "<": "以下",
    "≈": "左右 上下",
}
_BEFORE = {word: op for op, words in _BEFORE_BY_OP.items() for word in words.split()}
_AFTER = {word: op for op, words in _AFTER_BY_OP.items() for word in words.split()}
#: a word behind 控制在… decides: 控制在95%以上
_SOFT = ("控制在", "控制到", "限制在")
_ROUGHLY = "大约|大概|约为|约|将近|接近|近"


def _any(words: dict[str, str] | dict[str, Decimal]) -> str:
    return "|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))


def sign_of(word: str) -> str:
    """The sign that a word before a figure stands for, "≥" of 不低于 and "=" of 等于; "" when it is none."""
    op = _BEFORE.get(word)
    return op or ("" if op is None else "=")


_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+"
_PERCENT_WORDS = "%|百分比|个?百分点|‰|成"
_UNIT = rf"(?:{_PERCENT_WORDS}|元整?|圆整?|{MEASURE_WORDS}|[A-Za-z]{{1,4}}\d?)(?:/[{_HAN}]{{1,3}})?"
#: words without one are no quantity: to look for one among them takes longer than all the rest
_FIGURE = re.compile(rf"[0-9{NUMERAL_CHARS}]")
_QUANTITY = re.compile(
    rf"(?P<subject>[{_HAN}\"]{{0,12}}?)(?P<rough>{_ROUGHLY})?(?P<before>{_any(_BEFORE)})?(?:{_ROUGHLY})?"
    rf"(?P<hundred>百分之)?(?P<currency>¥|人民币)?(?P<sign>[-−+])?(?P<number>{_DIGITS}|[{NUMERAL_CHARS}]{{1,12}})"
    rf"(?P<exponent>[Ee][-+]?\d{{1,2}})?(?P<magnitude>(?:{_any(MAGNITUDES)})(?!分))?(?P<more>[余多来])?(?P<unit>{_UNIT})?"
    rf"(?P<middle>{_any(_AFTER)})?(?P<noun>[{_HAN}]{{0,10}}?)(?P<after>{_any(_AFTER)})?",
    re.ASCII,
)
_RANGE = re.compile(
    rf"(?P<subject>[{_HAN}\"]{{0,12}}?)(?:{_any(_BEFORE)})?(?P<low>{_DIGITS})(?P<first>{_UNIT})?"
    rf"[-~至到](?P<high>{_DIGITS})(?P<unit>{_UNIT})?(?:之间|区间|以内)?",
    re.ASCII,
)
_FRACTION = re.compile(r"(\d{1,4})/(\d{1,4})", re.ASCII)
_BRACKETED = re.compile(rf"\(((?:{_DIGITS})%?)\)", re.ASCII)
_HUNDRED = re.compile("百分之?百")
#: what turns the words before a number against it: 未达到95%, 第3
_AGAINST = ("未", "不", "没", "没有", "无", "非", "第", "未能", "未完成", "没完成", "不能")
#: what only says that something was done: 已完成12次, 实际98%
_DONE = re.compile("(?:已经?|实际|全年|年内|累计|共计?|总计|完成|达到?|实现)+了?")
_RISING = ("增", "增长", "增加", "提高", "提升", "上升")
_FALLING = ("降", "降低", "下降", "减", "减少", "缩减", "压减")


def quantity(words: str) -> Parsed | None:
    """A number with what stands around it, or None when the words are something else."""
    if not _FIGURE.search(words):
        return None
    bracketed = _BRACKETED.fullmatch(words)
    if bracketed:
        read = quantity(f"-{bracketed[1]}")
        return read and replace(read, notes=("bracket-negative", *read.notes))
    found = _QUANTITY.fullmatch(_HUNDRED.sub("100%", words))
    if not found or not _is_clear(found):
        return None
    op, roughly = _bound(found)
    if op is None:
        return None
    number, places, notes = _figure(found)
    if number is None:
        return None
    # a form is about one year: 2次/年 is 2次
    subject, noun, unit = found["subject"], found["noun"], (found["unit"] or "").removesuffix("/年")
    if roughly or found["rough"] or found["more"]:
        notes.append("approximate")
    if subject or noun or (found["before"] and not _BEFORE[found["before"]]):
        done = not noun and (not subject or _DONE.fullmatch(subject))
        notes.append("done" if done else "subject")
    if subject.endswith((*_RISING, *_FALLING)):
        notes.append("increase" if subject.endswith(_RISING) else "decrease")
    if found["hundred"] or re.fullmatch(_PERCENT_WORDS, unit):
        shift = {"‰": -3, "成": -1}.get(unit, -2)
        unit = "百分点" if unit.endswith("百分点") else "%"
        places = max(places - shift - 2, 0)
        return Parsed("percent", number.scaleb(shift), None, op, places, unit, tuple(notes))
    magnitude = found["magnitude"] or ""
    if found["currency"] and not unit and not magnitude:
        # it says which money it is: in what unit a form's sums are, the form says
        return Parsed("number", number, None, op, places, "元", (*notes, "currency-sign"))
    named = unit.rstrip("整") in ("元", "圆") or (bool(found["currency"]) and not unit)
    if named or (not unit and magnitude in ("万", "亿") and not found["more"]):
        notes += ["own-unit"] if named else ["own-unit", "magnitude-only"]
        number, places, unit = _money(number, places, magnitude)
    else:
        number, places = scale(number, places, magnitude)
    if not fits(number):
        return None
    return Parsed("number", number, None, op, places, unit, tuple(notes))


def _is_clear(found: re.Match[str]) -> bool:
    """Whether the words around the number leave its meaning unambiguous."""
    subject, noun, unit, hundred = found["subject"], found["noun"], found["unit"], found["hundred"]
    if hundred and (unit or found["magnitude"]):
        return False
    if subject.endswith(_AGAINST) or noun.startswith(("未", "不", "没", "无")) or (noun and not unit):
        return False
    if subject and not (unit or hundred or found["magnitude"] or found["before"]):
        return False
    if found["number"][0] in NUMERAL_CHARS:
        # 一张网 is a slogan, 三十二个乡镇 and 百分之九十 are numbers
        spelled = bool(hundred or unit or len(found["number"]) > 1) and not subject
        return spelled and not (found["number"] == "一" and noun)
    return len(found["number"]) <= _LONGEST_NUMBER and abs(_exponent(found)) <= _LONGEST_NUMBER


def _bound(found: re.Match[str]) -> tuple[str | None, bool]:
    """(op, whether 左右 makes it rough); op is None when the words before and behind contradict."""
    before, after = found["before"] or "", found["after"] or found["middle"] or ""
    op, behind = _BEFORE.get(before, ""), _AFTER.get(after, "")
    if behind == "≈":
        return op, True
    if not op or (before in _SOFT and behind):
        return behind, False
    agree = not behind or (op in "≥>") == (behind in "≥>")
    return (op if agree else None), False


def _figure(found: re.Match[str]) -> tuple[Decimal | None, int, list[str]]:
    """(number without magnitude, printed decimals, notes)."""
    written = found["number"].replace(",", "")
    sign = -1 if found["sign"] in ("-", "−") else 1
    if written[0] in NUMERAL_CHARS:
        spelled = chinese_integer(written)
        return (None if spelled is None else Decimal(sign * spelled)), 0, ["chinese-numeral"]
    exponent = _exponent(found)
    places = max(len(written.partition(".")[2]) - exponent, 0)
    number = sign * Decimal(written).scaleb(exponent)
    return (number.quantize(Decimal(1)) if exponent > 0 and not places else number), places, []


def _exponent(found: re.Match[str]) -> int:
    return int((found["exponent"] or "E0")[1:])


def _money(number: Decimal, places: int, magnitude: str) -> tuple[Decimal, int, str]:
    """Money in one of the units of MONEY: 403, "万" → 403 万元; 3, "百万" → 300 万元."""
    if f"{magnitude}元" in MONEY:
        return number, places, f"{magnitude}元"
    base = "亿" if magnitude.endswith("亿") else "万" if magnitude.endswith("万") else ""
    number, places = scale(number, places, magnitude, base)
    return number, places, f"{base}元"


def fraction(words: str) -> Parsed | None:
    """“1/3” as a share of the whole, to four decimals; None for anything else."""
    found = _FRACTION.fullmatch(words)
    if not found or not 0 < int(found[1]) <= int(found[2]):
        return None
    share = (Decimal(found[1]) / Decimal(found[2])).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return Parsed("number", share, places=4, notes=("fraction",))


def interval(words: str) -> Parsed | None:
    """“80%-90%”, “3至5个”."""
    found = _RANGE.fullmatch(words) if _FIGURE.search(words) else None
    if not found or found["subject"].endswith(_AGAINST):
        return None
    low, high = found["low"].replace(",", ""), found["high"].replace(",", "")
    padded = any(end.startswith("0") and end[1:2].isdigit() for end in (low, high))
    unit = found["unit"] or found["first"] or ""
    mixed = found["first"] and found["first"] != found["unit"]
    if padded or mixed or max(len(low), len(high)) > _LONGEST_NUMBER or Decimal(low) >= Decimal(high):
        return None
    shift = -2 if unit in ("%", "百分比") else 0
    places = max(len(end.partition(".")[2]) for end in (low, high))
    notes = ("subject",) if found["subject"] else ()
    unit = "%" if shift else unit
    return Parsed("range", Decimal(low).scaleb(shift), Decimal(high).scaleb(shift), "", places, unit, notes)
