"""A unit without mistakes as a workbook to type into, and what it is told then."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl

from batch.model.review import Finding
from batch.model.status import Severity
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import PACK

TEMPLATE = Path(__file__).parents[2] / "templates" / "附表模板.xlsx"
BASIC, MONITORING, PROJECT, WHOLE = "基础数据表", "监控表", "项目自评表", "整体自评表"
#: "表页!格" to what is typed there
Edits = Mapping[str, str | float | None]
IN_BASIC = [f"{BASIC}!{c}{r}" for c in "BCD" for r in (8, 9, 10, 11, *range(13, 21))]
IN_PROJECTS = [f"{PROJECT}!{c}{r}" for c in "DEF" for r in (6, 7, 8)]
IN_MONITORING = [f"{MONITORING}!{c}{r}" for c in "EHN" for r in (6, 7)]
IN_WHOLE = [f"{WHOLE}!{c}{r}" for c in "EF" for r in range(4, 8)]


def told(data: bytes, edits: Edits, bend: Callable[[openpyxl.Workbook], None] | None = None) -> list[Finding]:
    """What the unit is told after somebody typed into its cells.

    F017 is left out: openpyxl saves formulas without their results.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    for place, typed in edits.items():
        sheet, _, ref = place.partition("!")
        book[sheet][ref] = typed
    if bend:
        bend(book)
    out = io.BytesIO()
    book.save(out)
    return [f for f in all_told(out.getvalue()) if f.check != "F017"]


def all_told(data: bytes) -> list[Finding]:
    """All that the unit is told."""
    done = review_files(Bundle("县教育局", (Sent("县教育局/县教育局.xlsx", 1, data),)), Context(PACK))
    assert not done.troubles
    (unit,) = done.units
    return list(unit.review.findings)


def where(findings: Sequence[Finding], *severities: Severity) -> list[tuple[str, str | None]]:
    """Check and cell of the findings of these severities, of all when none is named."""
    return [(f.check, f.cell) for f in findings if not severities or f.severity in severities]


def only(findings: list[Finding], check: str) -> Finding:
    """The one finding of a check."""
    (finding,) = [f for f in findings if f.check == check]
    return finding


def in_yuan(data: bytes, places: list[str], factor: int = 10_000) -> dict[str, str | float | None]:
    """The sums of a form in another unit."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return {p: round(float(book[p.split("!")[0]][p.split("!")[1]].value) * factor, 2) for p in places}
