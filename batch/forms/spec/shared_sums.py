"""Fields that pack.toml names: sums of two forms, which tell the unit of money, and those of 项目支出."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from batch.config.entries import RuleMistakes
from batch.config.pack_files import PACK
from batch.config.rulebook import Rulebook
from batch.config.toml_text import Where


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
    named = _Named(book, values, noted)
    return tuple(
        SharedSum(told.get("name", ""), named.field((key, n, "one")), named.field((key, n, "other")))
        for n, told in enumerate(book.words.get(key, ()))
    )


@dataclass(frozen=True, slots=True)
class NoProjects:
    """How a unit says that it has no project outlay: one sum is filled in, and these are 0."""

    filled: FormField
    zero: tuple[FormField, ...]


def no_projects(book: Rulebook, values: Collection[str], noted: RuleMistakes) -> NoProjects | None:
    """The [no_projects] of a pack, if it has one; a field that no form has is noted."""
    told, named = book.words.get("no_projects"), _Named(book, values, noted)
    if told is None:
        return None
    zero = tuple(named.field(("no_projects", "zero", n)) for n in range(len(told["zero"])))
    return NoProjects(named.field(("no_projects", "filled")), zero)


@dataclass(frozen=True, slots=True)
class _Named:
    """Reads the fields that pack.toml names."""

    book: Rulebook
    values: Collection[str]
    noted: RuleMistakes

    def field(self, where: Where) -> FormField:
        """The field at a place of pack.toml; one that no form has is noted."""
        word: Any = self.book.words
        for key in where:
            word = word[key]
        if word not in self.values:
            said = f"“{word}”不是表里的项目，应写成“表.行.栏”"
            self.noted.found += self.book.error(PACK, where, said).mistakes
        form, _, name = word.partition(".")
        return FormField(form, name)
