"""Number format codes taken apart: sections, placeholders, literal texts, elements of dates."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_PART = re.compile(
    r"""
    "(?P<quoted>[^"]*)"? | [\\!](?P<escaped>.) | (?P<padding>[_*].) | \[(?P<bracket>[^\]]*)\]
    | (?P<general>General|G/通用格式)
    | (?P<noon>AM/PM|A/P|上午/下午)
    | (?P<clock>[yY]+|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|[eE]+(?![+-])|[aA]{3,4})
    | (?P<digits>(?:[0#?][0#?,]*(?:\.[0#?]*)?|\.[0#?]+),*)(?P<exponent>[eE][+-][0#?]+)?
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
#: placeholders of whole digits
_PIECE = re.compile(r"[0#?]+,*")
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|color ?\d+|[黑蓝青绿红白黄]色|洋红色?|颜色 ?\d+",
    re.IGNORECASE,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)


class Section(NamedTuple):
    """One section of a number format, for numbers of some sign or condition."""

    parts: tuple[Part, ...]
    #: whether they are understood: no conditions, fractions or text formats
    prints: bool
    #: how many percent signs are printed
    percents: int


class Part(NamedTuple):
    """A piece of a format: "text", "number", "general", "clock", "noon" or "other" with what it says."""

    kind: str
    text: str


@lru_cache(maxsize=1024)
def is_percent(format: str) -> bool:  # noqa: A002 - the field is called format everywhere
    """Whether a number format prints percentages."""
    return sections_of(format)[0].percents > 0


@lru_cache(maxsize=1024)
def is_date(format: str) -> bool:  # noqa: A002
    """Whether a number format prints a date or a time."""
    return any(part.kind in ("clock", "noon") for part in sections_of(format)[0].parts)


@lru_cache(maxsize=1024)
def sections_of(code: str) -> tuple[Section, ...]:
    """A format's sections: positive, negative, zero, text."""
    sections: list[list[Part]] = [[]]
    for found in _PART.finditer(code[:255]):
        kind, text = found.lastgroup or "", found[0]
        if text == ";":
            sections.append([])
            continue
        if kind == "quoted":
            part = Part("text", found["quoted"])
        elif kind == "escaped":
            part = Part("text", found["escaped"])
        elif kind == "padding":
            part = Part("text", " " if text[0] == "_" else "")
        elif kind == "bracket":
            part = _bracket(found["bracket"])
        elif kind in ("digits", "exponent"):
            part = Part("number", text)
        else:
            part = Part(kind, text)
        sections[-1].append(part)
    return tuple(map(_section, sections))


def _section(parts: list[Part]) -> Section:
    kinds = [part.kind for part in parts]
    numbers = kinds.count("number") + kinds.count("general")
    if numbers > 1 and kinds.count("number") == numbers and all(map(_is_piece, parts)):
        # 0!.0000: one number with something printed between its digits
        numbers = 1
    # text formats and fractions
    signs = any(part.text in ("@", "/") for part in parts)
    prints = "unknown" not in kinds and numbers <= 1 and not signs
    return Section(tuple(parts), prints, parts.count(Part("other", "%")))


def _is_piece(part: Part) -> bool:
    """Whether a part may be a piece of a number with something printed between its digits."""
    return part.kind != "number" or bool(_PIECE.fullmatch(part.text))


def _bracket(text: str) -> Part:
    """The meaning of a bracketed piece: colour, currency or locale, elapsed time; conditions are not
    understood."""
    if text.startswith("$"):
        return Part("text", text[1:].partition("-")[0])
    if _COLOUR.fullmatch(text):
        return Part("text", "")
    return Part("clock" if _ELAPSED.fullmatch(text) else "unknown", f"[{text}]")
