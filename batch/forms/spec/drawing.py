"""How the template draws a form and what it is issued with: [template] and [known] of the pack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from batch.config.rulebook import Entry

#: what the roster knows of a unit and its projects, as forms may name it under [known]
KNOWN = ("单位全称", "单位编码", "主管部门", "主管部门及编码", "项目名称", "年初预算")


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


def known_slots(entry: Entry, data: dict[str, str]) -> dict[str, str]:
    """The slots filled in before the form is issued, each with one of KNOWN. Raises RulebookError."""
    for slot, word in data.items():
        if word not in KNOWN:
            raise entry.error(f"“{slot}”不能预填“{word}”，可用的有：{'、'.join(KNOWN)}")
    return dict(data)
