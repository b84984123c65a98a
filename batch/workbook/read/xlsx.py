"""Read .xlsx and .xlsm into a `Book` in one pass over every sheet: values, formulas, formats, hidden
parts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from batch.model.book import Book, Sheet
from batch.model.limits import DEFAULT, Limits, damaged, quotable, too_big
from batch.workbook.package.package import Package, Rel
from batch.workbook.package.part_cache import kept_by_bytes
from batch.workbook.package.plain_xml import PLAIN_SIZE
from batch.workbook.package.xml_walk import Handlers, walk
from batch.workbook.read.cells import CellContext, spans
from batch.workbook.read.number_formats import read_formats
from batch.workbook.read.sheet_parse import parse_sheet
from batch.workbook.read.sheet_scan import scan_sheet
from batch.workbook.read.strings import read_strings

if TYPE_CHECKING:
    from collections.abc import Callable

    from batch.workbook.package.xml_walk import Attrs

#: states of a sheet other than visible
_HIDDEN_STATES = ("hidden", "veryHidden")


def read_workbook(data: bytes, name: str, limits: Limits = DEFAULT) -> Book:
    """Read the bytes of an .xlsx or .xlsm file, transitional or strict; `name` is for messages only.

    Sheets come in the order of their tabs, cells in the order of rows and columns. Charts and macro sheets
    are sheets without cells. Raises Unreadable, and nothing else, for what cannot be read: F001 damaged or
    beyond the limits, F002 with an open password.
    """
    return read_package(Package.open(data, limits), name, hashlib.sha256(data).hexdigest())


def read_package(package: Package, name: str, sha256: str) -> Book:
    """The same for an open package; `sha256` is that of the file. Raises Unreadable."""
    workbook = _main_part(package)
    rels = {rel.id: rel for rel in package.relationships(workbook)}
    listing = _read_listing(package, workbook)
    context = CellContext(
        strings=_read_linked(package, rels, "sharedStrings", read_strings),
        formats=_read_linked(package, rels, "styles", read_formats),
        date1904=listing.date1904,
        rich_errors=_rich_errors(package),
        budget=package.budget,
    )
    if not any(found in rels and not rels[found].external for _, _, found in listing.sheets):
        raise damaged(f"表页“{quotable(listing.sheets[0][0])}”的内容缺失")
    sheets = []
    parts: set[str] = set()
    for tab, state, rel_id in listing.sheets:
        sheet, rel = Sheet(tab, state), rels.get(rel_id)
        # a sheet that leads to no part, as modules of old macros do, is one without cells: Excel opens it
        if rel is not None and rel.is_a("worksheet") and not rel.external:
            if rel.target in parts:
                # no program writes that, and a small part could stand for any number of sheets
                raise damaged(f"表页“{quotable(sheet.name)}”与另一张表页是同一份内容")
            parts.add(rel.target)
            _fill(sheet, package, rel.target, context)
        sheets.append(sheet)
    has_macros = any(rel.is_a("vbaProject") or rel.is_a("xlMacrosheet") for rel in rels.values())
    return Book(
        name=name,
        container="xlsm" if has_macros or _declares_macros(package) else "xlsx",
        sha256=sha256,
        sheets=sheets,
        date1904=listing.date1904,
        has_macros=has_macros,
        signed=any(part.lower().startswith("_xmlsignatures/") for part in package.names()),
        uncalculated=listing.calculates and not any(rel.is_a("calcChain") for rel in rels.values()),
        links=tuple(_link_target(package, rels.get(rel_id)) for rel_id in listing.links),
    )


def sheet_parts(package: Package) -> tuple[str, list[tuple[str, str]]]:
    """The workbook's part, and of every worksheet its name and its part. Raises Unreadable."""
    workbook = _main_part(package)
    rels = {rel.id: rel for rel in package.relationships(workbook)}
    linked = ((tab, rels.get(rel_id)) for tab, _, rel_id in _read_listing(package, workbook).sheets)
    found = [(tab, rel) for tab, rel in linked if rel and rel.is_a("worksheet") and not rel.external]
    return workbook, [(tab, rel.target) for tab, rel in found]


class _Listing(NamedTuple):
    """The contents of the workbook part."""

    #: (name, state, id of its relationship) of every sheet
    sheets: list[tuple[str, str, str]]
    #: ids of the relationships to external workbooks, in the order formulas number them
    links: list[str]
    date1904: bool
    #: whether it asks to be calculated when it is opened
    calculates: bool


def _main_part(package: Package) -> str:
    """The part the package names as its main document, whatever it is called."""
    for rel in package.relationships(""):
        if rel.is_a("officeDocument") and not rel.external:
            if rel.target.lower().endswith(".bin"):
                raise damaged("是二进制工作簿.xlsb")
            return rel.target
    raise damaged("内容不是.xlsx工作簿")


@kept_by_bytes
def _read_listing(package: Package, workbook: str) -> _Listing:
    sheets: list[tuple[str, str, str]] = []
    links: list[str] = []
    roots: list[str] = []
    date1904 = calculates = False

    def start(tag: str, attrs: Attrs) -> None:
        nonlocal date1904, calculates
        if not roots:
            roots.append(tag)
        elif tag == "sheet":
            state = attrs.get("state", "")
            if len(sheets) == package.budget.limits.max_sheets:
                raise too_big(f"表页超过{len(sheets)}张")
            state = state if state in _HIDDEN_STATES else "visible"
            sheets.append((attrs.get("name", ""), state, _rel_id(attrs)))
        elif tag == "externalReference":
            links.append(_rel_id(attrs))
        elif tag == "workbookPr":
            date1904 = attrs.get("date1904") in ("1", "true")
        elif tag == "calcPr":
            calculates = attrs.get("fullCalcOnLoad") in ("1", "true")

    walk(package.chunks(workbook), workbook, package.budget, Handlers(start))
    if roots != ["workbook"] or not sheets:
        raise damaged("内容不是.xlsx工作簿" if roots != ["workbook"] else "没有任何表页")
    return _Listing(sheets, links, date1904, calculates)


def _rel_id(attrs: Attrs) -> str:
    """The r:id of an element, whose namespace differs between transitional and strict files."""
    return next((value for key, value in attrs.items() if key.endswith("/relationships id")), "")


def _read_linked(
    package: Package, rels: dict[str, Rel], kind: str, read: Callable[[Package, str], dict[str, str]]
) -> dict[str, str]:
    """What `read` makes of the related part of a kind; its empty value when the workbook has no such part."""
    for rel in rels.values():
        if rel.is_a(kind) and not rel.external:
            return read(package, rel.target)
    return {}


def _fill(sheet: Sheet, package: Package, part: str, context: CellContext) -> None:
    contents = None
    if package.member(part).size <= PLAIN_SIZE:
        contents = scan_sheet(package.read(part), context)
    if contents is None:
        contents = parse_sheet(package.chunks(part), part, context)
    cells = contents.cells
    places = list(cells)
    in_order = sorted(places)
    sheet.cells = cells if places == in_order else {place: cells[place] for place in in_order}
    sheet.merges = contents.merges
    sheet.hidden_rows = spans((row, row) for row in contents.hidden_rows)
    sheet.hidden_cols = spans(contents.hidden_cols)


def _rich_errors(package: Package) -> bool:
    """Whether the workbook's rich values are errors, such as #SPILL!, and none is a picture."""
    named = [name for name in package.names() if name.lower().endswith("/rdrichvaluestructure.xml")]
    structures = b"".join(map(package.read, named))
    return b'"_error"' in structures and not any(
        kind in structures for kind in (b"_localImage", b"_webimage")
    )


def _declares_macros(package: Package) -> bool:
    """Whether the content type is that of .xlsm, with or without macros in it."""
    types = "[Content_Types].xml"
    return package.has(types) and b"sheet.macroEnabled.main+xml" in package.read(types)


def _link_target(package: Package, rel: Rel | None) -> str:
    """The file behind an external link, as written; "" for links to other programs (DDE, OLE)."""
    if rel is None:
        return ""
    if rel.external:
        return rel.target
    return next((found.target for found in package.relationships(rel.target) if found.external), "")
