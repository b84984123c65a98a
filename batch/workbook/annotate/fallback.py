"""Fallback for a package that cannot be patched: saved anew by openpyxl, then patched like any other.

openpyxl reads packages the patcher refuses (other encodings, unusual prefixes), but drops what it does not
support: some drop-downs, shapes and pictures. The first added sheet says so. It drops formula results too;
they are put back from what was read.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

from batch.model.book import UNCACHED, Book, Cell, Kind, parse_ref
from batch.model.limits import DEFAULT, Limits
from batch.model.markup import ExtraSheet, Mark, Text
from batch.workbook.annotate.added_sheets import Workbook
from batch.workbook.annotate.annotate import annotate
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.package.child_process import run_bounded
from batch.workbook.package.package import Package
from batch.workbook.package.splice import CannotPatch, escape_cell
from batch.workbook.package.zip_writer import write_package

NOTICE = (
    "注意：原文件结构特殊，本批注文件由系统重新保存，部分批注、下拉选项、图片、图形可能减少，请以原文件为准。"
)
_NOTICE_HEIGHT = 40.0
_CORE = "docProps/core.xml"
#: a cell with a formula as openpyxl writes it
_FORMULA = re.compile(
    rb"""<c r="([A-Z]{1,3}[0-9]{1,7})"((?: s="[0-9]+")?)(?: t="[a-z]+")?>"""
    rb"""(<f[^<>]*(?:/>|>[^<]*</f>))<v ?(?:/>|></v>)</c>"""
)
#: how types of results are written
_RESULTS = {Kind.NUMBER: "n", Kind.TEXT: "str", Kind.BOOL: "b", Kind.ERROR: "e"}


def fallback_copy(
    data: bytes,
    book: Book,
    marks: Sequence[Mark],
    sheets: Sequence[ExtraSheet],
    limits: Limits = DEFAULT,
) -> bytes:
    """Like `annotate.annotate`, for packages it cannot patch; the first added sheet says what may be lost.

    `book` is the workbook as it was read, with the results of its formulas.
    Raises CannotPatch when openpyxl cannot read the workbook either, Unreadable when it is no package.
    """
    package = Package.open(data, limits)
    has_macros = any(name.endswith("vbaProject.bin") for name in package.names())
    try:
        # openpyxl makes a cell of every place of a merged area: small files may take it gigabytes
        anew = run_bounded(
            saved_anew,
            data,
            has_macros,
            package.has(_CORE),
            seconds=limits.max_seconds,
            memory=limits.max_memory,
        )
        saved = _with_results(anew, book)
    except Exception as error:
        # openpyxl raises whatever its parsing runs into
        raise CannotPatch(f"无法重新保存工作簿（{type(error).__name__}）") from error
    return annotate(saved, marks, [_with_notice(sheet) for sheet in sheets[:1]] + list(sheets[1:]), limits)


def saved_anew(data: bytes, has_macros: bool, has_properties: bool) -> bytes:
    """The workbook as openpyxl reads and writes it. For the child process alone."""
    from openpyxl import load_workbook
    from openpyxl.writer.excel import ExcelWriter

    with warnings.catch_warnings():
        # it warns of every extension it drops; the notice says it once, to the people concerned
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), keep_vba=has_macros, rich_text=True)
        if not has_properties:
            book.properties.created = book.properties.modified = None
        target = io.BytesIO()
        # macros are kept in an archive of their own, which openpyxl leaves to the collector of garbage
        with (
            closing(book.vba_archive or io.BytesIO()),
            _UndatedZip(target, "w", zipfile.ZIP_DEFLATED) as archive,
        ):
            # Workbook.save would write the time of day into the properties
            ExcelWriter(book, archive).save()
    return target.getvalue()


def _with_results(saved: bytes, book: Book) -> bytes:
    """The workbook as openpyxl saved it with the results of its formulas."""
    sheets = {sheet.name: sheet for sheet in book.sheets}
    package = Package.open(saved)
    draft = PackageEdit(package)
    for tab in Workbook(draft).tabs():
        cells = sheets[tab.name].cells if tab.name in sheets else {}

        def filled(found: re.Match[bytes], cells: Mapping[tuple[int, int], Cell] = cells) -> bytes:
            cell = cells.get(parse_ref(found[1].decode()))
            if cell is None or cell.kind is UNCACHED:
                return found[0]
            kind = _RESULTS[cell.kind]
            value = {"TRUE": "1", "FALSE": "0"}.get(cell.raw, cell.raw) if kind == "b" else cell.raw
            start = b'<c r="%b"%b t="%b">%b' % (found[1], found[2], kind.encode(), found[3])
            return b"%b<v>%b</v></c>" % (start, escape_cell(value).encode())

        if tab.part and cells:
            draft.write(tab.part, _FORMULA.sub(filled, draft.read(tab.part)))
    return write_package(package, *draft.result())


class _UndatedZip(zipfile.ZipFile):
    """A zip whose members all have the earliest possible date: equal workbooks give equal bytes."""

    def writestr(self, zinfo_or_arcname: str | zipfile.ZipInfo, data: Any, *_: Any, **__: Any) -> None:
        name = zinfo_or_arcname if isinstance(zinfo_or_arcname, str) else zinfo_or_arcname.filename
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(str(arcname), Path(filename).read_bytes())


def _with_notice(sheet: ExtraSheet) -> ExtraSheet:
    """The sheet with the notice as a second line of its first cell, so that row numbers do not shift."""
    rows: list[list[Text | None]] = [list(row) for row in sheet.rows] or [[None]]
    first = rows[0][0] if rows[0] else None
    text = replace(first or Text(), text=f"{first.text if first else sheet.title}\n{NOTICE}")
    rows[0] = [text, *rows[0][1:]]
    heights = dict(sheet.heights)
    if 1 in heights:
        heights[1] += _NOTICE_HEIGHT
    return replace(sheet, rows=rows, heights=heights)
