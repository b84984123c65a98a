"""Split a report into sentences without typing variants; each can quote itself as it was written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from batch.forms.spec.labels import squeeze
from batch.model.narrative import Narrative

#: what a heading begins with, by level
_LEVELS = (
    re.compile(r"[一二三四五六七八九十]{1,3}、"),
    re.compile(r"\([一二三四五六七八九十]{1,3}\)"),
    re.compile(r"\d{1,2}[.、](?!\d)"),
    re.compile(r"\(\d{1,2}\)"),
)
_HEADING = 40
_END = re.compile("[。!?]")
#: characters of a quotation
_QUOTED = 80


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence. `text` is squeezed: without full-width forms, blanks and line breaks."""

    #: its place among all sentences of the report, from 0
    number: int
    #: number of the paragraph it stands in, from 1
    paragraph: int
    text: str
    raw: str
    #: for each character of `text` the place in `raw` it comes from
    at: tuple[int, ...]
    #: headings above it, the highest first, squeezed
    headings: tuple[str, ...] = ()

    def quote(self, start: int = 0, end: int | None = None) -> str:
        """The part of the sentence from `start` to `end` as it was written, on one line."""
        last = len(self.text) if end is None else end
        if start >= last:
            return ""
        written = " ".join(self.raw[self.at[start] : self.at[last - 1] + 1].split()).rstrip(",，;；、")
        return written if len(written) <= _QUOTED else f"{written[:_QUOTED]}…"


def sentences(narrative: Narrative) -> Iterator[Sentence]:
    """All sentences of a report, in order; a heading is a sentence too."""
    headings: list[str] = [""] * len(_LEVELS)
    count = 0
    for number, paragraph in enumerate(narrative.paragraphs, 1):
        text, at = _squeezed(paragraph)
        level = _heading_level(text)
        if level is not None:
            headings[level:] = [text, *[""] * (len(_LEVELS) - level - 1)]
        above = tuple(heading for heading in headings if heading)
        start = 0
        for end in [*(found.end() for found in _END.finditer(text)), len(text)]:
            if text[start:end].strip("。!?"):
                first, last = at[start], at[end - 1]
                places = tuple(place - first for place in at[start:end])
                yield Sentence(count, number, text[start:end], paragraph[first : last + 1], places, above)
                count += 1
            start = end


def _heading_level(text: str) -> int | None:
    """Which level of heading a paragraph is; None for running text."""
    if len(text) > _HEADING or "。" in text[:-1]:
        return None
    return next((n for n, pattern in enumerate(_LEVELS) if pattern.match(text)), None)


def _squeezed(paragraph: str) -> tuple[str, list[int]]:
    pieces: list[str] = []
    at: list[int] = []
    for place, char in enumerate(paragraph):
        piece = _char(char)
        pieces.append(piece)
        at += [place] * len(piece)
    return "".join(pieces), at


@cache
def _char(char: str) -> str:
    return squeeze(char)
