"""Years and monitoring periods in titles and labels, also when a spreadsheet turned “1-6” into a date."""

from __future__ import annotations

import re
from functools import lru_cache

from batch.forms.locate.numerals import chinese_integer
from batch.forms.spec.labels import REMEMBERED, remembered, squeeze

_ZERO = "〇零○Oo0"
_YEAR = re.compile(
    r"(?P<four>(?<![\d.])(?:19|20)\d{2})(?:年度?|财年)"
    rf"|(?P<han>(?:二[{_ZERO}]|一九)[一二三四五六七八九{_ZERO}]{{2}})年度?"
    # “20年” at the start is a year, “20年以上” and “20年期” are a length of time
    r"|(?P<two>(?:^|(?<=[(\"]))[1-3]\d)年(?:度|(?![以之期限内来间后前多余工历龄]))"
    r"|(?P<bracket>(?<=\()20\d{2}(?=\)))"
    r"|(?P<bare>^20[1-4]\d(?=部门|整体|项目|绩效|自评|单位|预算|决算|支出|实际|实有))"
    r"|(?P<iso>(?<!\d)20\d{2})(?=[-./](?:0?[1-9]|1[0-2])(?:[-./]\d|$))"
)
_EMPTY_BRACKETS = re.compile(r"\(\)")


def _year_of(found: re.Match[str]) -> int | None:
    if found["han"]:
        return chinese_integer(re.sub(f"[{_ZERO}]", "〇", found["han"]))
    digits = found["four"] or found["two"] or found["bracket"] or found["bare"] or found["iso"]
    return int(digits) + (2000 if len(digits) == 2 else 0)


@remembered
def year_in(text: str) -> int | None:
    """The first year named: “2020年”, “二〇二〇年”, “20年…”, “（2020年度）” → 2020; None without any."""
    found = _YEAR.search(squeeze(text))
    return _year_of(found) if found else None


def drop_year(text: str) -> str:
    """The squeezed text without its years: “2020年部门整体支出绩效自评表” → “部门整体支出绩效自评表”."""
    return _EMPTY_BRACKETS.sub("", _YEAR.sub("", squeeze(text)))


_MONTHS = re.compile(r"(?<![\d.-])(?P<first>\d{1,2})月?[-~至到—–](?P<last>\d{1,2})月[份底末]?(?!\d)")
_UP_TO = re.compile(
    r"截[至止]到?(?P<last>\d{1,2})月[份底末]?(?!\d)"
    r"|^(?P<end>\d{1,2})月[底末](?=执行|完成|实际|预算|支出|进度|累计|资金)"
)
_WORDS = {
    "上半年度": (1, 6), "上半年": (1, 6), "半年度": (1, 6),
    "前三季度": (1, 9), "前3季度": (1, 9), "1-3季度": (1, 9), "1至3季度": (1, 9), "一至三季度": (1, 9),
    "前两季度": (1, 6), "前二季度": (1, 6), "1-2季度": (1, 6), "一二季度": (1, 6),
    "第一季度": (1, 3), "一季度": (1, 3), "1季度": (1, 3),
    "下半年": (7, 12),
    "第二季度": (4, 6), "二季度": (4, 6), "2季度": (4, 6),
    "第三季度": (7, 9), "三季度": (7, 9), "3季度": (7, 9),
    "第四季度": (10, 12), "四季度": (10, 12), "4季度": (10, 12),
}  # fmt: skip
_WORD = re.compile(f"(?<![下\\d])(?:{'|'.join(_WORDS)})|半年(?=执行|完成|预算|支出|进度)")
#: “1-6月” after a spreadsheet took it for a date; with a year before it, it may be a date that was meant
_MANGLED = re.compile(
    r"^(?P<first>\d{1,2})月(?P<last>\d{1,2})[日号](?=$|月?份?(?:执行|完成|实际|预算|支出|进度|情况|指标|资金))"
)
_SHORT_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(rf"^(?:(?P<day>\d{{1,2}})-(?P<month>{'|'.join(_SHORT_MONTHS)}))$", re.IGNORECASE)
_DATE_CELL = re.compile(
    r"^(?:19|20)\d{2}(?:年|[-/.])(?P<first>\d{1,2})(?:月|[-/.])(?P<last>\d{1,2})日?(?:\d{2}:\d{2}(?::\d{2})?)?$"
)


#: what `canonical_year` replaces
REPLACED = (_YEAR, _MONTHS, _UP_TO, _WORD, _MANGLED, _DATE_CELL)


def _mangled(squeezed: str) -> tuple[int, int] | None:
    """(first, last) of what was probably typed as “first-last” before it became a date."""
    found = _MANGLED.match(squeezed) or _DATE_CELL.match(squeezed)
    if found:
        return int(found["first"]), int(found["last"])
    found = _ENGLISH.match(squeezed)
    if found:
        return _SHORT_MONTHS.index(found["month"].lower()) + 1, int(found["day"])
    return None


@remembered
def looks_date_mangled(text: str) -> bool:
    """Whether a header or value looks like “1-6” turned into a date: “1月6日”, “1月6日执行情况”, “6-Jan”.

    Also a whole text such as “2021-01-06”; ask only where a period, ratio or range is expected.
    """
    return _mangled(squeeze(text)) is not None


@remembered
def period_in(text: str) -> tuple[int, int] | None:
    """The months a heading covers: “1-6月执行数”, “上半年”, “1月6日执行情况” → (1, 6); None without any."""
    found = _period(squeeze(text))
    return found[0] if found else None


def _period(words: str) -> tuple[tuple[int, int], int, int] | None:
    """((first, last month), where the words for it begin, where they end)."""
    found = _MONTHS.search(words)
    if found:
        return _months(int(found["first"]), int(found["last"]), *found.span())
    found = _WORD.search(words)
    if found:
        return _WORDS.get(found[0], (1, 6)), *found.span()
    found = _UP_TO.search(words)
    if found:
        return _months(1, int(found["last"] or found["end"]), *found.span())
    mangled = _mangled(words)
    if mangled:
        found = _MANGLED.match(words)
        return _months(*mangled, 0, found.end() if found else len(words))
    return None


def _months(first: int, last: int, start: int, end: int) -> tuple[tuple[int, int], int, int] | None:
    return ((first, last), start, end) if 1 <= first <= last <= 12 else None


#: every squeezed text with a year or a period has one of these; those with a figure mostly have none
_DATED = re.compile(r"[年月季]|20\d{2}[-./)]|^(?:19|20)\d{2}|^\d{1,2}-\w{3}$")


def canonical_year(text: str, year: int) -> str:
    """A label with `year`, the year before and the monitoring period as {本年}, {上年} and {期}.

    “2019年决算数” with 2020 → “{上年}决算数”; “1月6日执行情况” → “{期}执行情况”. Squeezed otherwise; other
    years stay as written.
    """
    words = squeeze(text)
    if not _DATED.search(words):
        return words
    return _tokens_known(words, year) if len(words) <= REMEMBERED else _with_tokens(words, year)


def _with_tokens(words: str, year: int) -> str:
    return _with_years(_with_period(words), year)


def _with_years(words: str, year: int) -> str:
    tokens = {year: "{本年}", year - 1: "{上年}"}

    def token(found: re.Match[str]) -> str:
        # a year that ends a span, 2018-2020年, is not this form's year
        if found["iso"] or words[max(found.start() - 1, 0) : found.start()] in ("-", "至", "到"):
            return found[0]
        return tokens.get(_year_of(found) or 0, found[0])

    return _YEAR.sub(token, words)


def _with_period(words: str) -> str:
    period = _period(words)
    return f"{words[: period[1]]}{{期}}{words[period[2] :]}" if period else words


_tokens_known = lru_cache(maxsize=8192)(_with_tokens)


def all_canonical(text: str) -> set[str]:
    """All results `canonical_year` may give for a text: each of its years may be this one or the last."""
    words = squeeze(text)
    if not _DATED.search(words):
        return {words}
    words = _with_period(words)
    named = [year for year in map(_year_of, _YEAR.finditer(words)) if year]
    return {words, *(_with_years(words, year + later) for year in named for later in (0, 1))}
