"""Rows of an indicator table that are no indicators: those of the blank form, and parts of the row above."""

from __future__ import annotations

import re
from collections.abc import Sequence

from batch.forms.spec.labels import squeeze

#: what an indicator is numbered with; n and x stand where the form leaves the number open
_NUMBER = "(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[IVX]{1,4}|[NnXx]{1,3})"
_NUMBERED = rf"\(?{_NUMBER}[).、:]"
#: signs and strokes, also those a figure would stand between: ≥  %
_SIGN = r"[\W_]"
#: 1, (2), 3=2/1, A, C=B/A
_NUMBER_OF_COLUMN = re.compile(r"\(?(\d{1,2}|[A-Z])\)?(?:=.*)?")
#: so many columns in order are numbered
_IN_ORDER = 3
#: longer texts are no print of a blank row
_LONGEST = 20


class RowWords:
    """The pack's words for such rows."""

    def __init__(self, blank_form: Sequence[str] = (), part: Sequence[str] = ()) -> None:
        """`blank_form`: 指标, 无, …; `part`: what a row begins with that is part of the one above, 其中."""
        word = rf"(?:{_any((*blank_form, *part))})(?:\(?{_NUMBER}\)?)?"
        # nothing is tried twice: these texts are anybody's
        self._blank_form = re.compile(rf"(?>{word}|{_NUMBERED}|[Xx]{{2,}}|{_SIGN})*+")
        self._part = re.compile(rf"(?>{_NUMBERED}|{_SIGN})*+(?:{_any(part)})")

    def is_blank_form(self, text: str) -> bool:
        """Whether a text is only what the blank form prints: 指标2：, ……, /, 无; also no text at all."""
        words = squeeze(text)
        return len(words) <= _LONGEST and self._blank_form.fullmatch(words) is not None

    def is_part(self, text: str) -> bool:
        """Whether an indicator is part of the one above it: 其中：…"""
        return self._part.match(squeeze(text)) is not None


def numbers_columns(texts: Sequence[str]) -> bool:
    """Whether a row below the heading only numbers the columns: 栏次 | 1 | 2 | 3, 甲 | 乙 | 1 | 2 | 3=2/1."""
    signs = [found[1] if (found := _NUMBER_OF_COLUMN.fullmatch(squeeze(text))) else "" for text in texts]
    while signs and not signs[0]:
        signs.pop(0)
    if len(signs) < max(_IN_ORDER, len(texts) // 2) or not all(signs):
        return False
    codes = [int(sign) if sign.isdigit() else ord(sign) for sign in signs]
    return codes == list(range(codes[0], codes[0] + len(codes)))


def _any(words: Sequence[str]) -> str:
    """The words as alternatives of a pattern; one that nothing matches where there are none."""
    return "|".join(map(re.escape, sorted(map(squeeze, words), key=lambda w: (-len(w), w)))) or "(?!)"
