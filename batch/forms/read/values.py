"""Parse typed cell contents: numbers, rates, schedules, grades, ticks, dates, placeholders, words."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from batch.forms.locate.numerals import MAGNITUDES, MEASURE_WORDS
from batch.forms.locate.years import looks_date_mangled
from batch.forms.read.quantities import Parsed, fraction, interval, parse_simple, quantity
from batch.forms.spec.labels import DEBRIS, remembered, squeeze

__all__ = ["Parsed", "debris", "parse_number", "parse_percent", "parse_tick", "parse_value"]

_BLANK = Parsed("blank")
_TEXT = Parsed("text")
_PLACEHOLDER = Parsed("placeholder")

_PLACEHOLDERS = re.compile(
    r"\(?(?:[-—–―─~/\\*]+|\.{3,}|N/?A|[Nn]/a|n/?a|零|无|暂无|没有|不适用|不涉及|未涉及|(?:无|未|没有)发生"
    r"|无支出|无此项(?:支出)?|无此项目|此项无)\)?[.。]?"
)
#: longer texts are sentences
_LONGEST_VALUE = 40


@remembered
def debris(text: str) -> str | None:
    """Remains of a conversion in a text: “[bookmark: _GoBack]”, “□√”, “<br>”; None when clean."""
    found = DEBRIS.search(text)
    return found[0] if found else None


_FULLWIDTH = re.compile("[０-９％．，]")
_SPLIT_NUMBER = re.compile(r"\d\s+[\d.]|\.\s+\d")
_SPACED_THOUSANDS = re.compile(r"\D*\d{1,3}(?:\s\d{3})+(?!\d)(?:\.\d+)?\D*")
_STRAY_DOT = re.compile(r"(?<=\d)\.(?=%?$)")


def _mend(text: str, words: str) -> tuple[str, tuple[str, ...]] | None:
    """The squeezed text repaired, with notes on the repairs; None when digits are separated in an unknown
    way."""
    notes: tuple[str, ...] = ("fullwidth",) if _FULLWIDTH.search(text) else ()
    stripped = text.strip()
    if _SPLIT_NUMBER.search(stripped) and not _SPACED_THOUSANDS.fullmatch(stripped):
        if re.search(r"\d\s+\d", stripped):
            return None
        notes = (*notes, "repaired")
    mended = _STRAY_DOT.sub("", words)
    if mended != words and "repaired" not in notes:
        notes = (*notes, "repaired")
    return mended.rstrip("。;,、"), notes


_SCHEDULE = re.compile(
    r"(?P<days>[5-7])(?:天|日)?[*×xX✕╳·](?P<hours>8|12|16|24)(?:个?小时|[hH])?"
    r"(?:全天候|不间断|不停机|值班|值守|运行|运维|监测|监控|服务|响应|保障|实时){0,3}"
)
_ROUND_THE_CLOCK = re.compile(
    r"24小时(?:全天候|不间断|不停机|值班|值守|实时)(?:运行|运维|监测|监控|服务|响应|保障|值守)*"
    r"|全天候(?:不间断)?(?:运行|运维|监测|监控|服务|响应|保障)*|全年无休"
)


def _schedule(words: str) -> Parsed | None:
    """“7*24”, “7天×24小时”, “24小时不间断”: days a week by hours a day, never multiplied."""
    found = _SCHEDULE.fullmatch(words)
    if found:
        return Parsed("schedule", unit=f"{found['days']}×{found['hours']}")
    return Parsed("schedule", unit="7×24") if _ROUND_THE_CLOCK.fullmatch(words) else None


# the three grades of qualitative indicators on the official forms, and the words people use for them
_DONE = re.compile(
    r"(?P<partly>未完全|未全部|大?部分|基本)?(?P<not>未能?|没有?|尚未|不)?"
    r"(?:已经?|均|都|全部|全面|全|按时|按期|如期|及时|圆满|顺利|超额|较好|有效)*"
    r"(?:达成|完成|达标|达到|实现|合格|通过|落实|到位|满意)了?"
    r"(?:年度|预期|既定|绩效|总体|全年|指标值?|目标值?|效果|任务|要求|计划)*"
    r"(?:[并且]{0,2}(?:具有|效果).{1,6})?"
)
_MARKS = {
    **dict.fromkeys(("优", "优秀", "优等"), "优"),
    **dict.fromkeys(("良", "良好", "较好"), "良"),
    **dict.fromkeys(("中", "中等", "一般", "及格"), "中"),
    **dict.fromkeys(("差", "较差", "不及格"), "差"),
    **dict.fromkeys(("正常", "正常运行"), "达成"),
    **dict.fromkeys(("未实施", "未开展", "未开始", "不正常"), "未达成"),
}


def _grade(words: str) -> Parsed | None:
    """“达成年度指标”, “部分达成…”, “未达标”, “优”."""
    mark = _MARKS.get(words)
    if mark is None:
        found = _DONE.fullmatch(words)
        if not found:
            return None
        mark = "未达成" if found["not"] else "部分达成" if found["partly"] else "达成"
    return Parsed("grade", grade=mark)


_YEAR = r"(?:19|20)\d{2}"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DATE = re.compile(
    rf"(?:{_YEAR}年|[1-3]\d年|[本当次明今]年|年)?度?(?:{_MONTH}月份?)?(?:\d{{1,2}}[日号]|[底末初]|[上中下]旬)?"
    rf"(?:之前|以前|前|内)?(?:完成)?"
    rf"|{_YEAR}(?:-{_MONTH}|([-/.]){_MONTH}\1\d{{1,2}}(?:\d{{2}}:\d{{2}}(?::\d{{2}})?)?)前?(?:完成)?"
)
_DATE_SIGN = re.compile(rf"\d月|{_YEAR}[-/.]\d|年[底末初前]|{_YEAR}年")


def _date(words: str) -> Parsed | None:
    """A day, month or deadline; noted as "date" when it is probably “1-6” turned into one."""
    if looks_date_mangled(words) and not re.match(r"\d{4}", words):
        return Parsed("date", notes=("date",))
    return Parsed("date") if _DATE_SIGN.search(words) and _DATE.fullmatch(words) else None


@remembered
def parse_value(text: str) -> Parsed:
    """A target or a result as typed freely: 年度指标值, 实际完成值, 1-6月执行情况.

    Everything §3.4 of the domain notes lists; sentences, also those with figures in them, are "text".
    """
    everyday = parse_simple(text)
    if everyday:
        return everyday
    left_behind = debris(text)
    if left_behind is None:
        return _free(text)
    read = _free(text if _BOX_AND_TICK.fullmatch(left_behind) else DEBRIS.sub("", text))
    return read if "debris" in read.notes else replace(read, notes=("debris", *read.notes))


def says_nothing(text: str) -> bool:
    """Whether a text is blank or only fills its cell: “/”, “—”, “无”."""
    words = squeeze(text)
    return not words or _PLACEHOLDERS.fullmatch(words) is not None


_FIGURE_KINDS = ("number", "percent")


def is_figure(text: str) -> bool:
    """Whether a text is a number or a rate, with its unit or sign: “93%”, “≥3次”, “1,200.50万元”."""
    return len(text) <= _LONGEST_VALUE and parse_value(text).kind in _FIGURE_KINDS


def _free(text: str) -> Parsed:
    words = squeeze(text)
    if not words:
        return _BLANK
    if _PLACEHOLDERS.fullmatch(words):
        return _PLACEHOLDER
    read = _short_value(text, words) if len(words) <= _LONGEST_VALUE else None
    return read or _remarked(words) or _TEXT


#: a remark in brackets behind a figure or before it; apart by a comma from the one percentage there is, which
#: stands first unless it says itself what it is of
_BRACKETED_REMARK = re.compile(r"(?P<head>[^()]+)\((?P<remark>.+)\)")
_REMARK_BEFORE = re.compile(
    r"\([^()]*\)(?P<head>[^()]+)|[^%]*[,;。](?P<last>满意[度率]?(?:为|达到?)?[\d.]+%)[。;]?"
)
_REMARK_BEHIND = re.compile(r"(?P<head>[^,;。%]*%)[,;:。](?=.*[\u4e00-\u9fff])[^%]*")
#: 12次，超额完成; 12次，完成率100%
_DONE_BEHIND = re.compile(
    r"(?P<head>[^,;。()]+)[,;。](?!.*[未不没仅])[\u4e00-\u9fff]{0,6}完成[\u4e00-\u9fff]{0,4}(?:[\d.]+%)?。?"
)
#: what a figure may have in brackets behind it as its unit: 30(万元), 12(批次)
_UNIT_REMARK = re.compile(rf"%|(?:{'|'.join(MAGNITUDES)})?(?:元|{MEASURE_WORDS})")
_FIGURES = ("number", "percent", "range")


def _remarked(words: str) -> Parsed | None:
    """A figure with a remark, “95%（问卷50份）”, “98%，抽样30人”; None where it is none, or more than one."""
    found = (
        _BRACKETED_REMARK.fullmatch(words)
        or _REMARK_BEFORE.fullmatch(words)
        or _REMARK_BEHIND.fullmatch(words)
        or _DONE_BEHIND.fullmatch(words)
    )
    if found is None:
        return None
    said = found.groupdict()
    head, remark = said["head"] or said["last"], said.get("remark") or ""
    if len(head) > _LONGEST_VALUE:
        return None
    if _UNIT_REMARK.fullmatch(remark):
        head += remark
    read = _short_value(head, head)
    return replace(read, notes=("remark", *read.notes)) if read and read.kind in _FIGURES else None


def _short_value(text: str, words: str) -> Parsed | None:
    mended = _mend(text, words)
    if mended is None:
        return None
    words, notes = mended
    read = (
        parse_simple(words)
        or _date(words)
        or _schedule(words)
        or fraction(words)
        or quantity(words)
        or interval(words)
    )
    if read:
        return replace(read, notes=(*notes, *read.notes)) if notes else read
    ticked = parse_tick(words)
    return ticked if ticked.kind == "tick" else _grade(words)


#: what a field that takes only a number or only a rate does not guess at
_NO_NUMBER = frozenset({"subject", "done", "approximate"})
_NO_RATE = frozenset({"subject", "done", "fraction"})


@remembered
def parse_number(text: str) -> Parsed:
    """The text of a field that takes only a number: money, a count, a score.

    Kind "number", noted "text-number" because it stood in the cell as text; a unit behind it is kept. "date"
    where a date stands, "placeholder" or "blank"; anything else is "text": unreadable, never guessed at.
    """
    words = squeeze(text)
    if not words:
        return _BLANK
    if _PLACEHOLDERS.fullmatch(words):
        return _PLACEHOLDER
    mended = _mend(text, words) if len(words) <= _LONGEST_VALUE else None
    if mended is None:
        return _TEXT
    words, notes = mended
    read = parse_simple(words) or _date(words) or quantity(words)
    if read is None or read.kind == "date":
        return read or _TEXT
    if read.kind != "number" or read.op or not _NO_NUMBER.isdisjoint(read.notes):
        return _TEXT
    return replace(read, notes=("text-number", *notes, *read.notes))


@remembered
def parse_percent(text: str) -> Parsed:
    """The text of a field that takes a rate: “100%”, “0.8667”, “86.67”, “—”.

    What was typed: kind "percent" with a fraction, or "number" without a unit, which the caller must judge;
    with `op` when a bound was typed. Words, ranges and counted things are "text".
    """
    read = parse_value(text)
    rate = read.kind == "percent" or (read.kind == "number" and not read.unit)
    if rate and _NO_RATE.isdisjoint(read.notes):
        return replace(read, notes=("text-number", *read.notes))
    return read if read.kind in ("placeholder", "blank", "date") else _TEXT


_TICKED = frozenset("√✓✔是对有1●☑☒✅■◆Yyv\uf0fe\uf0fc\uf052\uf050") | {"V", "yes", "YES", "Yes", "TRUE"}
_UNTICKED = frozenset("□☐○◯×✗✘╳xX否0Nn") | {"no", "NO", "No", "FALSE"}
_BOX_AND_TICK = re.compile(r"[□☐]\s?[√✓✔]|[√✓✔]\s?[□☐]")


@remembered
def parse_tick(text: str) -> Parsed:
    """A box to tick: number 1 ticked (√, 是, Y, 1, ☑, □√), 0 not (□, 否, 0); other words are "text"."""
    words = squeeze(text)
    if not words:
        return _BLANK
    if words in _TICKED or set(words) <= {"√"} or set(words) <= {"✓"}:
        return Parsed("tick", Decimal(1))
    if words in _UNTICKED:
        return Parsed("tick", Decimal(0))
    if _BOX_AND_TICK.fullmatch(words):
        return Parsed("tick", Decimal(1), notes=("debris",))
    return _PLACEHOLDER if _PLACEHOLDERS.fullmatch(words) else _TEXT
