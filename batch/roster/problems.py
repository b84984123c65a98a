"""Mistakes in the roster: cell, what is wrong and what to do, in Chinese."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.model.book import parse_ref
from batch.model.status import Severity


class RosterError(Exception):
    """The roster cannot be read; the reason in Chinese."""


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """One mistake. An ERROR leaves the cell unread; a HINT is read all the same."""

    severity: Severity
    file: str
    sheet: str
    #: "A7"; "" when it concerns the whole sheet
    cell: str
    message: str
    fix: str

    def __str__(self) -> str:
        place = f"“{self.sheet}”页{self.cell}" if self.sheet else ""
        return f"【{self.severity.value}】{self.file}{place}：{self.message}{self.fix}"


@dataclass(slots=True)
class Notebook:
    """Collects the mistakes of one roster."""

    file: str
    problems: list[RosterProblem] = field(default_factory=list)

    def error(self, sheet: str, cell: str, message: str, fix: str) -> None:
        """Record an entry that cannot be used."""
        self.problems.append(RosterProblem(Severity.ERROR, self.file, sheet, cell, message, fix))

    def hint(self, sheet: str, cell: str, message: str, fix: str) -> None:
        """Record an entry that is used but should be looked at."""
        self.problems.append(RosterProblem(Severity.HINT, self.file, sheet, cell, message, fix))

    def in_order(self, sheets: list[str]) -> tuple[RosterProblem, ...]:
        """All of them in the order of `sheets` and cells."""

        def place(problem: RosterProblem) -> tuple[int, tuple[int, int]]:
            return sheets.index(problem.sheet), parse_ref(problem.cell) if problem.cell else (0, 0)

        return tuple(sorted(self.problems, key=place))
