"""The pack's words for judging texts, words.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import asdict

from batch.config.entries import RuleMistakes
from batch.config.rulebook import WORDS, Rulebook
from batch.config.schema import Keys, Words
from batch.forms.spec.labels import label as normalise


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pack's words for judging texts."""

    #: 二级 heading → words one of which its indicators should have
    fits: dict[str, tuple[str, ...]]
    lists: dict[str, tuple[str, ...]]
    #: wrong → right
    typos: dict[str, str]


class _ListKeys(Keys):
    """[lists]: the checks and readers ask for these."""

    vague: tuple[Words, ...] = ()
    payment: tuple[Words, ...] = ()
    saving: tuple[Words, ...] = ()
    sum_of_money: tuple[Words, ...] = ()
    instruction: tuple[Words, ...] = ()
    instruction_begins: tuple[Words, ...] = ()
    instruction_in_brackets: tuple[Words, ...] = ()
    survey: tuple[Words, ...] = ()
    definition: tuple[Words, ...] = ()
    printed: tuple[Words, ...] = ()


class _VocabularyKeys(Keys):
    """words.toml; [report] is read by itself."""

    fits: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    lists: _ListKeys = msgspec.field(default_factory=_ListKeys)
    typos: dict[str, str] = msgspec.field(default_factory=dict)
    report: Any = None


def vocabulary_of(book: Rulebook, noted: RuleMistakes) -> Vocabulary:
    """The words as the pack writes them."""
    keys = book.tables(WORDS, _VocabularyKeys, noted)
    return Vocabulary(
        fits={normalise(heading): words for heading, words in keys.fits.items()},
        lists={name: words for name, words in asdict(keys.lists).items() if words},
        typos=keys.typos,
    )
