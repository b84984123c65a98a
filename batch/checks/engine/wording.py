"""Words of the pack as the checks on wording look for them."""

from __future__ import annotations

from collections.abc import Iterable

from batch.checks.engine.registry import Run

#: texts shorter than this repeat each other by chance
TELLING = 8


def words_of(run: Run, name: str) -> tuple[str, ...]:
    """A list of words of the pack's words.toml."""
    return run.forms.words.lists.get(name, ())


def has_one(text: str, words: Iterable[str]) -> bool:
    """Whether any of the words stands in the text."""
    return any(map(text.__contains__, words))
