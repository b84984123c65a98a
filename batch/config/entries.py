"""Tables of rule files with the place they were written at, and the errors that point there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from batch.config.schema import Located, Mistake, Mistakes, Shape, as_message, decode
from batch.config.toml_text import TomlError, TomlText, Where


class RulebookError(Exception):
    """Mistakes in a pack or in the bureau's own file: where each is and what to do, in Chinese."""

    def __init__(self, file: str, line: int, message: str, *more: Located) -> None:
        self.mistakes: tuple[Located, ...] = ((file, line, message), *more)
        super().__init__(as_message("规则文件", self.mistakes))


@dataclass(frozen=True, slots=True)
class Entry:
    """One table of a rule file, with the place it was written at."""

    data: dict[str, Any]
    text: TomlText
    #: where the table stands in the file; () for the whole file
    where: Where = ()
    #: the inherited table it was laid over: what it does not say itself is written there
    below: Entry | None = None

    def error(self, message: str, *path: str | int) -> RulebookError:
        """An error that points at this table, or at the value in it that `path` leads to."""
        return RulebookError(*self.place(path), message)

    def place(self, path: Where) -> tuple[str, int]:
        """The file and line of a value in this table."""
        if self.below is not None and path and not self.text.has((*self.where, path[0])):
            return self.below.place(path)
        return self.text.name, self.text.line((*self.where, *path))


@dataclass(slots=True)
class RuleMistakes:
    """What is wrong in rule files, collected so that it is told together."""

    found: list[Located] = field(default_factory=list)

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what is raised inside, and go on behind."""
        try:
            yield
        except RulebookError as error:
            self.found += error.mistakes

    def tell(self) -> None:
        """Raise one RulebookError for all; nothing happens when there are none."""
        if self.found:
            # by line, the files in the order in which their first mistake was found
            files = list(dict.fromkeys(file for file, _, _ in self.found))
            first, *more = sorted(
                dict.fromkeys(self.found), key=lambda mistake: (files.index(mistake[0]), mistake[1])
            )
            raise RulebookError(*first, *more)


@contextmanager
def told_together(mistakes: RuleMistakes | None) -> Iterator[RuleMistakes]:
    """The caller's collection, or one of one's own that is told at the end."""
    noted = RuleMistakes() if mistakes is None else mistakes
    yield noted
    if mistakes is None:
        noted.tell()


def decoded(
    entry: Entry,
    shape: type[Shape],
    rules: Callable[[Shape], Iterator[Mistake]] | None = None,
    called: str = "",
) -> Shape:
    """An entry as its shape.

    `rules`: what its keys must keep to among themselves. `called`: what messages begin with. Raises
    RulebookError for all mistakes in it.
    """
    mistakes = Mistakes()
    keys = decode(entry.data, shape, mistakes)
    if keys is not None and rules is not None:
        mistakes.found += rules(keys)
    found = [(*entry.place(mistake.where), f"{called}{mistake.message}") for mistake in mistakes.found]
    RuleMistakes(found).tell()
    assert keys is not None
    return keys


def read_toml(text: TomlText) -> dict[str, Any]:
    """What a rule file holds. Raises RulebookError for what is no TOML."""
    try:
        return text.read()
    except TomlError as error:
        raise RulebookError(text.name, error.line, error.message) from error
