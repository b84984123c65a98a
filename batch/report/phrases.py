"""The meaning of the words before a figure: subject of the pack, budget or outlay, year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from batch.forms.spec.report_words import ReportWords
from batch.report.mentions import years

_TIME = r"(?:(?:19|20)\d{2}年[度末底]?|本年度?|当年|今年|全年|年度|上年度?|去年)"
_LAST_YEAR = re.compile(r"上年|去年")
_THIS_YEAR = re.compile(r"本年|当年|今年")
_ORG = r"(?:我|本|全)(?:{own})"
#: numbering in front of a list's items
_ITEM = r"(?:\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、)](?!\d)|[一二三四五六七八九十]{1,2}[是、])"
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Said:
    """The parsed words before a figure."""

    #: the pack's subject, "" when it knows none
    subject: str
    #: what is left of the words without year, owner, verbs: how messages call the figure
    core: str
    #: "budget", "spent", "other" (a budget or sum the forms do not have), "" when the words do not say
    kind: str
    #: years before the batch's (−1: last year's, 0: this year's); None when the words do not say
    year: int | None
    #: whether only a part of the subject is meant: 财政拨款基本支出
    partly: bool


class Grammar:
    """The pack's words compiled to patterns; one per rulebook."""

    def __init__(self, words: ReportWords, year: int) -> None:
        self.words = words
        self.year = year
        #: as said → subject
        self.subjects = {said: s.name for s in words.subjects.values() for said in s.said}
        own = _ORG.format(own=any_of(words.of("own")) or "(?!)")
        lead = rf"(?:{any_of(words.of('lead'))}|{_ITEM}|:)"
        partly = f"(?P<partly>{any_of(words.of('partly'))})?"
        kinds = "|".join(
            f"(?P<{{0}}{kind}>{any_of(words.of(kind))})" for kind in ("other", "budget", "spent")
        )
        before, after = (kinds.replace("{0}", side) for side in "bc")
        # possessive, so that no text can make the patterns try every way of reading it
        front = rf"(?:{lead}|{_TIME}|{own})*+"
        tail = rf"(?:{any_of(words.of('tail'))})*+"
        subject = any_of(tuple(self.subjects))
        self._known = re.compile(
            rf"{front}{partly}(?:{before})?(?:安排|完成)?{partly.replace('partly', 'again')}"
            rf"(?P<subject>{subject}){tail}(?:{after})?{tail}"
        )
        self._bare = re.compile(rf"{front}(?P<core>.*?)(?:{after})?{tail}")
        openers = tuple(word for word in words.of("lead") if len(word) > 1)
        self._opener = re.compile(rf"(?:{any_of(openers) or '(?!)'}|{_ITEM}|:)*+")

    def said(self, phrase: str) -> Said:
        """Parse the words before a figure (cached)."""
        return _said(self, phrase[-_LONGEST:])

    def take_apart(self, phrase: str) -> Said:
        """Parse the words before a figure."""
        found = self._known.fullmatch(phrase)
        year = self._year(phrase)
        if found:
            kind = next((k for k in ("budget", "spent") for side in "bc" if found[f"{side}{k}"]), "")
            kind = "other" if any(word in phrase for word in self.words.of("other")) else kind
            name = self.subjects[found["subject"]]
            return Said(name, found["subject"], kind, year, bool(found["partly"] or found["again"]))
        bare = self._bare.fullmatch(phrase)
        if not bare:
            return Said("", phrase, "", year, False)
        kind = next((k for k in ("budget", "spent") if bare[f"c{k}"]), "")
        kind = "other" if any(word in phrase for word in self.words.of("other")) else kind
        # 支出 is part of a name such as 资本性支出
        core = bare["core"] + (bare["cspent"] or "") if bare["core"] else ""
        return Said("", core, kind, year, False)

    def _year(self, phrase: str) -> int | None:
        named = [year for year, _, _ in years(phrase)]
        if named:
            return named[-1] - self.year
        if _LAST_YEAR.search(phrase):
            return -1
        return 0 if _THIS_YEAR.search(phrase) else None

    def part_name(self, phrase: str) -> str:
        """The name of a breakdown's part as written, without the words that introduce it."""
        opener = self._opener.match(phrase)
        return phrase[opener.end() if opener else 0 :]

    def same_subject(self, text: str, other: Said) -> bool:
        """Whether a whole named in words (占“总收入”的) is the subject of another figure."""
        named = self.said(text)
        if named.subject or other.subject:
            return named.subject == other.subject
        return bool(named.core) and named.core == other.core


@lru_cache(maxsize=4096)
def _said(grammar: Grammar, phrase: str) -> Said:
    return grammar.take_apart(phrase)


def any_of(words: tuple[str, ...]) -> str:
    """A pattern that matches any of some words, longest first; "" for none."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
