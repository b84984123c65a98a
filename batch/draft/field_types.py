"""The type of what goes into a box: by its drop-down, its number format, or the words of its label."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from batch.draft.blank_page import BlankPage, Box
from batch.draft.draft_words import draft_words
from batch.draft.parts import plain_label
from batch.forms.spec.spec import Field
from batch.workbook.read.sheet_design import InputRule

#: Excel takes no longer list of words
LONGEST_LIST = 255
_DATE_FORMAT = re.compile(r"(?<![\\\"])[ymd年]", re.IGNORECASE)
_WORDS = draft_words()


def choices_of(page: BlankPage, boxes: Iterable[Box]) -> list[str]:
    """What the drop-down of these boxes offers; nothing for one whose words stand elsewhere."""
    for box in boxes:
        rule = _rule(page, box)
        if rule is not None and rule.kind == "list" and rule.source.startswith('"'):
            words = [word.strip() for word in rule.source.strip('"').split(",") if word.strip()]
            return words if len(",".join(words)) <= LONGEST_LIST else []
    return []


def type_of(page: BlankPage, known: Field | None, label: str, boxes: list[Box], usual: str) -> str:
    """The type of a field; `known`: of a form that is known; `usual` where nothing says it.

    What a drop-down offers stands where the known form has words.
    """
    choices = choices_of(page, boxes)
    if known and not (known.type == "text" and choices):
        return known.type
    if choices:
        return "tick" if set(choices) <= set(_WORDS.ticks) else "choice"
    formats = Counter(box.format for box in boxes if box.format)
    common = formats.most_common(1)[0][0] if formats else ""
    if "%" in common:
        return "percent"
    if _DATE_FORMAT.search(common):
        return "date"
    kinds = {rule.kind for box in boxes if (rule := _rule(page, box))}
    if kinds == {"whole"}:
        return "count"
    if kinds == {"date"}:
        return "date"
    return type_by_words(label) or usual


def type_by_words(label: str) -> str:
    """The type that the words of a label say; nothing where they say none."""
    words = plain_label(label)
    return next((one.type for one in _WORDS.type if one.fits(words) or one.fits(label)), "")


def list_type_of(page: BlankPage, label: str, boxes: list[Box]) -> str:
    """The type of a column of a table of indicators."""
    if _WORDS.list.text and any(word in label for word in _WORDS.list.text):
        return "text"
    found = type_of(page, None, label, boxes, "")
    if found in ("tick", "score", "choice", "date"):
        return found
    return "value" if any(word in label for word in _WORDS.list.value) else found or "text"


def _rule(page: BlankPage, box: Box) -> InputRule | None:
    rules = page.design.rules
    return next((rule for rule in rules if any(area.covers(box.place) for area in rule.areas)), None)
