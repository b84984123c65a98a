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


def _any(words: Sequence[str]) -> str:
    """The words as alternatives of a pattern; one that nothing matches where there are none."""
    return "|".join(map(re.escape, sorted(map(squeeze, words), key=lambda w: (-len(w), w)))) or "(?!)"
