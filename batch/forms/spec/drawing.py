"""The drawing of a form for the template: [template] of the pack."""

from __future__ import annotations

from dataclasses import dataclass, field

from batch.config.entries import Entry, RulebookError
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
    #: the form's file, to tell its mistakes
    source: Entry | None = field(default=None, repr=False, compare=False)

    def error(self, message: str, *path: str | int) -> RulebookError:
        """A mistake of the form that its drawing shows; `path`: where in its file, if not the drawing."""
        assert self.source is not None
        return self.source.error(message, *(path or ("template", "rows")))


def drawing_of(keys: DrawingKeys | None, source: Entry) -> Drawing:
    """The drawing as the pack writes it."""
    if keys is None:
        return Drawing(source=source)
    return Drawing(
        sheet=keys.sheet,
        rows=keys.rows,
        widths=keys.widths,
        heights={int(row): height for row, height in keys.heights.items()},
        landscape=keys.landscape,
        source=source,
    )
