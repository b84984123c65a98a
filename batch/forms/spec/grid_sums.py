"""The row of a grid that is the sum of others, as the pack's formula says."""

from __future__ import annotations

from batch.config.expression import names, parse_expression
from batch.forms.spec.spec import Grid


def whole_of(grid: Grid) -> tuple[str, list[str]] | None:
    """(name, names of its parts) of the first row with a formula over rows of the grid."""
    whole = next((field for field in grid.rows if field.formula), None)
    parts = names(parse_expression(whole.formula)) if whole else []
    return (whole.name, parts) if whole and {field.name for field in grid.rows}.issuperset(parts) else None
