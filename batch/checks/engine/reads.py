"""The fields that a function check declares, and the refusal of all others.

A tie names the fields it reads in the forms' words, so a field that was renamed in the pack is found when the
pack loads. A function says the same in `reads`: without it a renamed field would look like one left blank.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

#: declared by checks that look at whatever fields of a kind there are
ALL: Final = "*"


class UndeclaredFieldError(LookupError):
    """A check asks for a field that it does not declare: a mistake in the program or the pack."""


@dataclass(frozen=True, slots=True)
class Reads:
    """What one check reads, as `表.栏`, `表.行.栏`, or a row or a column alone for all cells of it,
    or `表.*`."""

    check: str = ""
    words: tuple[str, ...] = ()
    #: by form, the fields that were found to be declared
    _known: dict[str, set[str]] = field(default_factory=dict, compare=False, repr=False)

    def ask(self, form: str, name: str) -> None:
        """Refuse the field `name` of a form unless it is declared.

        Raises UndeclaredFieldError.
        """
        if name not in self.known(form):
            if not self.covers(form, name):
                raise UndeclaredFieldError(f"check {self.check} does not declare in `reads`: {form}.{name}")
            self.known(form).add(name)

    def known(self, form: str) -> set[str]:
        """The fields of a form that were asked for and are declared."""
        return self._known.get(form) or self._known.setdefault(form, set())

    def covers(self, form: str, name: str) -> bool:
        """Whether a field is declared: by its name, by its row or its column, or with all others."""
        return not words_for(form, name).isdisjoint(self.words)


def words_for(form: str, name: str) -> set[str]:
    """All words under which a field may be declared."""
    return {ALL, f"{form}.{ALL}", f"{form}.{name}", *(f"{form}.{part}" for part in name.split("."))}


class Reader:
    """Who asks for the cells of a form's indicators, which are handed from check to check."""

    __slots__ = ("_form", "_known", "_reads")

    def __init__(self, form: str, reads: Reads) -> None:
        self._form = form
        self.turn_to(reads)

    def turn_to(self, reads: Reads) -> None:
        """Ask for the check that reads these."""
        self._reads, self._known = reads, reads.known(self._form)

    def ask(self, column: str) -> None:
        """See Reads.ask."""
        if column not in self._known:
            self._reads.ask(self._form, column)


#: for those that are no check
ANYBODY: Final = Reader("", Reads(words=(ALL,)))
