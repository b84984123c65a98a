"""The drawing of a form for the template: [template] of the pack."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.forms.spec.keys import DrawingKeys


@dataclass(frozen=True, slots=True)
class Drawing:
    """A grid of texts; "<" and "^" merge a cell with its left and upper neighbour. No rows for a form that
    is only read."""

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
