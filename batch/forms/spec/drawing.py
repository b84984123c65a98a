"""How the template draws a form: [template] of the pack."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.forms.spec.keys import DrawingKeys


@dataclass(frozen=True, slots=True)
class Drawing:
    """One text a cell, "<" and "^" join with the left and upper cell; no rows for a form only read."""

    sheet: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()
    heights: dict[int, float] = field(default_factory=dict)
    landscape: bool = False


def drawing_of(keys: DrawingKeys | None) -> Drawing:
    """The drawing as the pack writes it."""
    if keys is None:
        return Drawing()
    return Drawing(
        sheet=keys.sheet,
        rows=keys.rows,
        widths=keys.widths,
        heights={int(row): height for row, height in keys.heights.items()},
        landscape=keys.landscape,
    )
