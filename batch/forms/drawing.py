"""How the template draws a form, as the pack has it under [template]."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Drawing:
    """One text a cell, "<" and "^" join with the left and upper cell; no rows for a form only read."""

    sheet: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()
    heights: dict[int, float] = field(default_factory=dict)
    landscape: bool = False


def drawing_of(data: dict[str, Any] | None) -> Drawing:
    """The drawing as the pack writes it."""
    if data is None:
        return Drawing()
    return Drawing(
        sheet=data["sheet"],
        rows=tuple(tuple(row) for row in data["rows"]),
        widths=tuple(data["widths"]),
        heights={int(row): float(height) for row, height in data.get("heights", {}).items()},
        landscape=bool(data.get("landscape", False)),
    )
