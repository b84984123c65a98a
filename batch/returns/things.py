"""The causes of a unit as shown to it: numbered, in three parts, each with the cells to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from batch.model.cause import Cause, Sure
from batch.model.status import Severity

_WORDS = [severity.value for severity in Severity]


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing with its number, the same in notes, on sheets and in the 退回通知."""

    number: int
    cause: Cause

    @property
    def settles(self) -> str:
        """What is settled once it is done: 错误5、核实2."""
        cause = self.cause
        counts = zip(_WORDS, (cause.errors, cause.warnings, cause.hints), strict=True)
        return "、".join([f"{word}{count}" for word, count in counts if count])


@dataclass(frozen=True, slots=True)
class Things:
    """All causes of a unit, the heaviest of each part first."""

    #: something is to be corrected or filled in
    to_do: tuple[Thing, ...]
    #: a reason is wanted
    to_explain: tuple[Thing, ...]
    #: hints: to be read or not
    optional: tuple[Thing, ...]

    @classmethod
    def of(cls, causes: Sequence[Cause]) -> Things:
        """The parts of a unit's causes, which come heaviest first."""
        wanted = [cause for cause in causes if cause.is_to_do]
        parts = (
            [cause for cause in wanted if cause.sure is not Sure.EXPLAIN],
            [cause for cause in wanted if cause.sure is Sure.EXPLAIN],
            [cause for cause in causes if not cause.is_to_do],
        )
        made: list[tuple[Thing, ...]] = []
        number = 0
        for part in parts:
            made.append(tuple(Thing(number + n, cause) for n, cause in enumerate(part, 1)))
            number += len(part)
        return cls(*made)

    @property
    def all(self) -> tuple[Thing, ...]:
        """All of them by their numbers."""
        return (*self.to_do, *self.to_explain, *self.optional)


@dataclass(frozen=True, slots=True)
class Step:
    """One cell to change or to look at."""

    file: str
    sheet: str
    cell: str
    #: what stands there and what is to be typed; "" where only the unit knows
    was: str = ""
    to: str = ""
    #: of several ways the one it belongs to; 0 where there is one
    way: int = 0
    #: what the cell is, in the form's words
    label: str = ""

    @property
    def place(self) -> str:
        """The cell as a unit finds it."""
        way = f"（{self.way}）" if self.way else ""
        return f"{way}{self.sheet}!{self.cell}"


def steps_of(cause: Cause) -> list[Step]:
    """The cells of a cause in the order a person goes through them.

    Where all values are known these are the cells to type into, else those that were found as well.
    """
    steps = [
        Step(one.file, one.sheet, one.cell, one.was, one.told, way, one.label)
        for way, corrections in enumerate((cause.changes, *cause.options))
        for one in corrections
    ]
    if cause.sure in (Sure.CERTAIN, Sure.CHOICE):
        return steps
    typed = {(step.file, step.sheet, step.cell) for step in steps}
    return steps + [Step(*cell) for cell in cause.cells if cell not in typed]
