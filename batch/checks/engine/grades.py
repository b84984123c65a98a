"""Grades that a score earns, and grades that stand beside a form's fields."""

from __future__ import annotations

import re
from decimal import Decimal

from batch.model.form import Deviation, Table

_GRADE = re.compile(r"等级[:：]?\s*(优|良|中|差)")
_GRADES = (("优", 90), ("良", 80), ("中", 60), ("差", 0))


def grade_of(score: Decimal) -> str:
    """The grade a total earns (domain.md §1.2)."""
    return next((name for name, least in _GRADES if score >= least), _GRADES[-1][0])


def grades_printed(table: Table) -> list[tuple[Deviation, str]]:
    """Texts beside the form's fields that state a grade, and the grade."""
    return [(b, found[1]) for b in table.bends if b.check == "F015" and (found := _GRADE.search(b.found))]
