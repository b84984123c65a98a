"""The words by which a blank form is understood: words.toml of this room."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta

from batch.config.schema import Keys


class TypeWords(Keys):
    """[[type]]: the labels of fields of one type."""

    type: str
    ends: tuple[str, ...] = ()
    has: tuple[str, ...] = ()

    def fits(self, label: str) -> bool:
        """Whether a label is of these."""
        return label.endswith(self.ends) or any(word in label for word in self.has)


class ListWords(Keys):
    """[list]: the columns of a table of indicators."""

    value: tuple[str, ...]
    text: tuple[str, ...]
    points: str
    score: tuple[str, ...]
    weight: tuple[str, ...]
    prices: tuple[str, ...]


class RateWords(Keys):
    """[[rate]]: a rate, and what it is made of."""

    rate: tuple[str, ...]
    top: tuple[str, ...]
    bottom: tuple[str, ...]


class ComparedWords(Keys):
    """[[compared]]: how a note compares two amounts."""

    op: str
    words: tuple[str, ...]


class DraftWords(Keys):
    """words.toml"""

    title_ends: tuple[str, ...]
    further_title_ends: tuple[str, ...]
    annexes: tuple[str, ...]
    notes: tuple[str, ...]
    unit_lines: tuple[str, ...]
    marks: tuple[str, ...]
    ticks: tuple[str, ...]
    added_up: tuple[str, ...]
    may_be_blank: tuple[str, ...]
    more_rows: tuple[str, ...]
    totals: tuple[str, ...]
    list_ends: tuple[str, ...]
    parts: tuple[str, ...]
    differences: tuple[str, ...]
    levels: tuple[str, ...]
    unit_names: tuple[str, ...]
    project_names: tuple[str, ...]
    type: Annotated[tuple[TypeWords, ...], Meta(min_length=1)]
    list: ListWords
    rate: tuple[RateWords, ...]
    compared: tuple[ComparedWords, ...]


@cache
def draft_words() -> DraftWords:
    """The words, read once."""
    text = Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
    return msgspec.convert(tomllib.loads(text), DraftWords)
