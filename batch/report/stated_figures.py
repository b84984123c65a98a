"""The figures of a report with their meanings: an amount of a subject, a change against a base, a
percentage."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from batch.report.mentions import Mention, mentions, years
from batch.report.phrases import Grammar, Said
from batch.report.sentences import Sentence

_NEARBY = r"(?:比|较|与)(?P<base>[^,;。]{1,15}?)(?:相比|比较|比)?,?$"
_LAST_YEAR = re.compile(r"上年|去年|上一年|往年")
_RESPECTIVELY = "分别"
#: a sentence is read up to this length and so many figures; beyond it is a listing, and nothing is made of it
_LONGEST, _MOST = 1500, 40


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """One figure and its position in the text."""

    sentence: Sentence
    mention: Mention
    said: Said
    #: "sum", "change" (of money or in per cent), "percent", or "aside" (in brackets)
    role: str
    #: of a sum "budget", "spent", "other"; "" when it cannot be told
    kind: str = ""
    #: of a sum: years before the batch's (0, −1, …); None when it cannot be told
    year: int | None = None
    #: whether the sum is exactly what it is said to be, all of it and nothing but it
    whole: bool = True
    #: of a change: +1 or −1, and what it is measured against: "budget", "before", "" for unknown
    direction: int = 0
    base: str = ""

    @property
    def quoted(self) -> str:
        """The figure with the words before it, as written."""
        return self.sentence.quote(self.mention.begin, self.mention.end)

    @property
    def place(self) -> tuple[int, int]:
        """Paragraph and position, by which figures are in reading order."""
        return self.sentence.paragraph, self.mention.start


def figures(sentence: Sentence, grammar: Grammar, before: str) -> list[StatedFigure]:
    """The figures of a sentence in order; `before` is the text of its paragraph up to it."""
    if len(sentence.text) > _LONGEST:
        return []
    found = list(_each(sentence, grammar, before))
    return found if len(found) <= _MOST else []


def _each(sentence: Sentence, grammar: Grammar, before: str) -> Iterator[StatedFigure]:
    up, down = grammar.words.of("up"), grammar.words.of("down")
    change = re.compile(
        rf"(?P<word>{'|'.join((*up, *down)) or '(?!)'})(?:了|额|金额|幅度|比例|率|为|达|约)*$"
    )
    for mention in mentions(sentence.text):
        found = change.search(mention.phrase)
        if found:
            head = mention.phrase[: found.start()]
            named = re.search(_NEARBY, head) or re.search(_NEARBY, sentence.text[: mention.begin])
            base = _base(named["base"] if named else "", grammar)
            own = head[: named.start()] if named and named.string is head else "" if named else head
            yield StatedFigure(
                sentence,
                mention,
                grammar.said(own),
                "change",
                year=grammar.said(mention.phrase).year,
                direction=1 if found["word"] in up else -1,
                base=base,
            )
            continue
        said = grammar.said(mention.phrase)
        if mention.kind == "percent":
            yield StatedFigure(sentence, mention, said, "percent")
        elif mention.depth:
            yield StatedFigure(sentence, mention, said, "aside", said.kind, said.year, whole=False)
        else:
            yield _sum(sentence, mention, said, grammar, before)


def _base(text: str, grammar: Grammar) -> str:
    """What a change is measured against; words that are not listed give no base."""
    for column in ("budget", "before"):
        named = {year - grammar.year for year, _, _ in years(text)}
        words = grammar.words.of(f"than_{column}")
        rest = re.sub(r"(?:19|20)\d{2}年度?|[的数额]|实际|决算|支出", "", text)
        if column == "before" and named == {-1} and not rest:
            return column
        if rest in words and named <= {0 if column == "budget" else -1}:
            return column
    return ""


def _sum(sentence: Sentence, mention: Mention, said: Said, grammar: Grammar, before: str) -> StatedFigure:
    words, ahead = grammar.words, sentence.text[: mention.begin]
    kind = said.kind
    if not kind:
        planned = any(word in ahead for word in (*words.of("budget"), *words.of("other")))
        heading = sentence.headings[-1] if sentence.headings else ""
        headed = "预算" in heading and not any(word in heading for word in words.of("spent"))
        kind = "" if planned or headed else "spent"
    above = "".join(sentence.headings)
    limits, partly = words.of("limits"), words.of("partly")
    limited = any(word in above + before + sentence.text[: mention.end] for word in limits)
    limited = limited or any(word in above + ahead for word in partly)
    between = sentence.text[max(0, mention.begin - 20) : mention.end]
    whole = not limited and not said.partly and mention.exact and _RESPECTIVELY not in between
    return StatedFigure(
        sentence, mention, said, "sum", kind, _year(said, ahead, before, sentence, grammar), whole
    )


def _year(said: Said, ahead: str, before: str, sentence: Sentence, grammar: Grammar) -> int | None:
    """The year of an amount: that of its own words, else the only one named so far in the paragraph."""
    if said.year is not None:
        return said.year
    for text in (ahead, before, "".join(sentence.headings)):
        named = {year - grammar.year for year, _, _ in years(text)}
        if _LAST_YEAR.search(text):
            named.add(-1)
        if named:
            return 0 if named == {0} else None
    return 0


def within(figure: StatedFigure, total: StatedFigure, certain: bool) -> StatedFigure:
    """A part of a breakdown: what it does not state itself is taken from its total, if that is certain."""
    kind = figure.said.kind or (total.kind if certain else "")
    year = figure.said.year if figure.said.year is not None else total.year if certain else None
    return replace(figure, kind=kind, year=year, whole=figure.whole and not total.said.partly)
