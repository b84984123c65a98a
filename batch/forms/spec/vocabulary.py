"""The pack's words for judging texts, words.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from batch.config.entries import RuleMistakes
from batch.config.rulebook import WORDS, Rulebook
from batch.config.schema import Keys
from batch.forms.spec.labels import label as normalise


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pack's words for judging texts."""

    #: 二级 heading → words one of which its indicators should have
    fits: dict[str, tuple[str, ...]]
    lists: dict[str, tuple[str, ...]]
    #: wrong → right
    typos: dict[str, str]


class _VocabularyKeys(Keys):
    """words.toml; [report] is read by itself."""

    fits: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    lists: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    typos: dict[str, str] = msgspec.field(default_factory=dict)
    report: Any = None


def vocabulary_of(book: Rulebook, noted: RuleMistakes) -> Vocabulary:
    """The words as the pack writes them."""
    keys = book.tables(WORDS, book.vocabulary, _VocabularyKeys, noted)
    return Vocabulary(
        fits={normalise(heading): words for heading, words in keys.fits.items()},
        lists=keys.lists,
        typos=keys.typos,
    )
