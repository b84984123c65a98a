"""Sums that stand in two forms, as pack.toml names them: they tell in which unit of money a form is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from batch.config.entries import RuleMistakes
from batch.config.pack_files import PACK
from batch.config.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form."""

    form: str
    name: str

    @property
    def row(self) -> str:
        """The row it stands in, or the field itself."""
        return self.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class SharedSum:
    """A sum of one form that is the same in the other, or a part of it."""

    name: str
    one: FormField
    other: FormField


def shared_sums(
    book: Rulebook, key: str, values: Collection[str], noted: RuleMistakes
) -> tuple[SharedSum, ...]:
    """The [[same_sum]] or [[part_sum]] of a pack; a field that no form has is noted."""
    return tuple(_sums(book, key, values, noted))


def _sums(book: Rulebook, key: str, values: Collection[str], noted: RuleMistakes) -> Iterator[SharedSum]:
    for n, told in enumerate(book.words.get(key, ())):
        for side in ("one", "other"):
            if told[side] not in values:
                said = f"“{told[side]}”不是表里的项目，应写成“表.行.栏”"
                noted.found += book.error(PACK, (key, n, side), said).mistakes
        yield SharedSum(told.get("name", ""), _field(told["one"]), _field(told["other"]))


def _field(word: str) -> FormField:
    form, _, name = word.partition(".")
    return FormField(form, name)
