"""Instructions on how to fill in a cell, printed where an answer belongs."""

from __future__ import annotations

import re
from collections.abc import Iterable

from batch.forms.spec.labels import squeeze
from batch.forms.spec.vocabulary import Vocabulary

_IN_BRACKETS = re.compile(r"\([^()]+\)")
#: an answer of so many characters behind the colon of an instruction is one
_ANSWER = re.compile(r"[:：].{8,}")


def is_instruction(text: str, words: Vocabulary) -> bool:
    """Whether a text tells how to fill in its cell, by the pack's words, and holds no answer behind that."""
    return _instructs(squeeze(text), words.lists.get("instruction", ()), words)


def instructions_among(texts: Iterable[str], words: Vocabulary) -> frozenset[str]:
    """Those of some texts that are instructions; see is_instruction."""
    squeezed = {text: squeeze(text) for text in texts}
    # most of the words stand in none of a unit's texts, and most units have no such text: one search for all
    together = "\n".join(["", *squeezed.values()])
    telling = [word for word in words.lists.get("instruction", ()) if word in together]
    begins = ("(", *words.lists.get("instruction_begins", ()))
    if not telling and not any(f"\n{begin}" in together for begin in begins):
        return frozenset()
    return frozenset(text for text, short in squeezed.items() if _instructs(short, telling, words))


def _instructs(squeezed: str, telling: Iterable[str], words: Vocabulary) -> bool:
    begins = words.lists.get("instruction_begins", ())
    if squeezed.startswith("(") and _IN_BRACKETS.fullmatch(squeezed):
        inside = words.lists.get("instruction_in_brackets", ())
        return squeezed.startswith(begins, 1) or any(map(squeezed.__contains__, inside))
    if any(map(squeezed.__contains__, telling)):
        return True
    return squeezed.startswith(begins) and not _ANSWER.search(squeezed)
