"""What was found, by category and severity: how often, and at how many units."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from batch.model.status import Severity

#: findings of no category
OTHER = "其他"


#: open findings by unit, category and severity
Counted = Counter[tuple[str, str, Severity]]


@dataclass(frozen=True, slots=True)
class Category:
    """One kind of problem: findings by severity, and how many units have it."""

    name: str
    errors: int
    warnings: int
    hints: int
    units: int

    @property
    def total(self) -> int:
        """Findings of all severities."""
        return self.errors + self.warnings + self.hints


def categories(counted: Counted) -> tuple[Category, ...]:
    """The kinds of problems, the gravest first: a hundred 提示 weigh less than one 错误."""
    by_name: dict[str, Counter[Severity]] = {}
    units: dict[str, set[str]] = {}
    for (unit, name, severity), number in counted.items():
        by_name.setdefault(name, Counter())[severity] += number
        units.setdefault(name, set()).add(unit)
    found = [
        Category(name, count[Severity.ERROR], count[Severity.WARNING], count[Severity.HINT], len(units[name]))
        for name, count in by_name.items()
    ]
    return tuple(sorted(found, key=lambda c: (-c.errors, -c.warnings, -c.hints, c.name)))
