"""The pack's words for judging texts, words.toml."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from batch.forms.spec.labels import label as normalise


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The pack's words for judging texts."""

    #: 二级 heading → words one of which its indicators should have
    fits: dict[str, tuple[str, ...]]
    lists: dict[str, tuple[str, ...]]
    #: wrong → right
    typos: dict[str, str]


def vocabulary_of(data: dict[str, Any]) -> Vocabulary:
    """The words as the pack writes them."""
    return Vocabulary(
        fits={normalise(k): tuple(v) for k, v in data.get("fits", {}).items()},
        lists={k: tuple(v) for k, v in data.get("lists", {}).items()},
        typos=dict(data.get("typos", {})),
    )
