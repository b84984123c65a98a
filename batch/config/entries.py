"""Tables of rule files with the place they were written at, and the errors that point there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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

    @property
    def layers(self) -> Iterator[Entry]:
        """The table and those it was laid over, one by one."""
        entry: Entry | None = self
        while entry is not None:
            yield entry
            entry = entry.below

    def error(self, message: str, *path: str | int) -> RulebookError:
        """An error that points at this table, or at the value in it that `path` leads to."""
        return RulebookError(*self.place(path), message)

    def place(self, path: Where) -> tuple[str, int]:
        """The file and line of a value in this table, or of what is nearest above it."""
        if self.below is None:
            return self.text.name, self.text.line((*self.where, *path))
        for length in range(len(path), 0, -1):
            for layer in self.layers:
                here = same_place(self.data, layer.written, path[:length])
                if here is not None:
                    return layer.text.name, layer.text.line((*layer.where, *here))
        return self.text.name, self.text.line(self.where)

    @property
    def written(self) -> Any:
        """The table as it stands in its own file, without what it inherits."""
        table: Any = self.text.read()
        for part in self.where:
            table = table[part]
        return table


def same_place(data: Any, other: Any, path: Where) -> Where | None:
    """Where the value that `path` leads to in one table stands in another; None where it is not there.

    Tables in lists are the same by their names, other entries of lists by what they are. What stands in a
    list here may be a single table there.
    """
    found: list[str | int] = []
    for part in path:
        try:
            data = data[part]
            if isinstance(part, int) and isinstance(other, dict):
                if data["name"] != other["name"]:
                    return None
                continue
            part = position(data, other) if isinstance(part, int) else part
            other = other[part]
        except (LookupError, TypeError, ValueError):
            return None
        found.append(part)
    return tuple(found)


def position(entry: Any, others: list[Any]) -> int:
    """The number of an entry in another list, by its name where it has one. Raises ValueError."""
    if isinstance(entry, dict) and (key := name_key([entry])):
        return [other.get(key) for other in others].index(entry[key])
    return others.index(entry)


def name_key(tables: Sequence[Any]) -> str:
    """The key by which all tables of a list are named; "" when they are not."""
    if not tables or not all(isinstance(table, dict) for table in tables):
        return ""
    return next((key for key in ("name", "word") if all(key in table for table in tables)), "")


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
