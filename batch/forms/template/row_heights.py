"""How high the rows of a drawn form are: as the drawing says, else as high as their printed texts need."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Final

from batch.forms.template.drawn_form import DrawnLayout
from batch.model.book import Area
from batch.model.text_width import lines

HEIGHT: Final = 21.0
#: of a line of text, and what is left above and below
_LINE, _AROUND = 14.0, 6.0
_PIXEL: Final = 0.75
#: of a title: its row is so much higher than its letters
_TITLE_ROW: Final = 1.7


def row_heights(layout: DrawnLayout, upright: Mapping[tuple[int, int], float]) -> dict[int, float]:
    """The height of every row; `upright`: places whose text is not wrapped, with the height each needs."""
    said = layout.spec.drawing.heights
    heights = {row: said.get(row, HEIGHT) for row in range(1, layout.rows + 1)}
    texts = {place: cell.raw for place, cell in layout.sheet.cells.items()}
    # an area over several rows is looked at when the rows of single texts are known
    for place, area in sorted(layout.areas.items(), key=lambda pair: pair[1].bottom - pair[1].top):
        if place not in texts:
            continue
        needed = upright[place] if place in upright else _needed(layout, area, texts[place])
        free = [row for row in range(area.top, area.bottom + 1) if row not in said]
        short = needed - sum(heights[row] for row in range(area.top, area.bottom + 1))
        for row in free if short > 0 else ():
            # up to a whole pixel
            heights[row] += ceil(short / len(free) / _PIXEL) * _PIXEL
    return heights


def _needed(layout: DrawnLayout, area: Area, text: str) -> float:
    width = sum(layout.spec.drawing.widths[area.left - 1 : area.right])
    row = layout.row_labels.get((area.top, area.left))
    if row is not None:
        width -= 2 * row.indent
    return _LINE * lines(text, int(width)) + _AROUND


def title_height(size: float) -> float:
    """What a title in letters of this size needs."""
    return size * _TITLE_ROW
