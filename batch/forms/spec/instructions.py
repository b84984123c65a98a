"""Instructions on how to fill in a cell, printed where an answer belongs."""

from __future__ import annotations

import re

from batch.forms.spec.labels import squeeze
from batch.forms.spec.vocabulary import Vocabulary

_IN_BRACKETS = re.compile(r"\([^()]+\)")
#: an answer of so many characters behind the colon of an instruction is one
_ANSWER = re.compile(r"[:：].{8,}")


def is_instruction(text: str, words: Vocabulary) -> bool:
    """Whether a text tells how to fill in its cell, by the pack's words, and holds no answer behind that."""
    squeezed = squeeze(text)
    begins = words.lists.get("instruction_begins", ())
    if _IN_BRACKETS.fullmatch(squeezed):
        inside = words.lists.get("instruction_in_brackets", ())
        return squeezed.startswith(begins, 1) or any(word in squeezed for word in inside)
    if any(word in squeezed for word in words.lists.get("instruction", ())):
        return True
    return squeezed.startswith(begins) and not _ANSWER.search(squeezed)
