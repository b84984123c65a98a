"""Put streamed rows into their sheets of a workbook that XlsxWriter wrote: one copy, member by member."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from itertools import count, islice
from typing import IO, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from batch.rollup.parts.context import StreamedRows
from batch.rollup.parts.row_xml import numbered
from batch.rollup.sheet_failed import on_sheet

#: rows that are compressed in one go
_RUN: Final = 256
_END: Final = b"</sheetData>"


def write_streamed(file: IO[bytes], written: IO[bytes], streamed: Mapping[str, StreamedRows]) -> None:
    """Write the workbook `written` with the rows of some of its sheets, by part.

    The same arguments give the same bytes. Raises OSError when the file cannot be written, SheetFailed for a
    mistake of ours.
    """
    with ZipFile(written) as source, ZipFile(file, "w", ZIP_DEFLATED) as package:
        for member in source.infolist():
            copied = ZipInfo(member.filename, member.date_time)
            copied.compress_type, copied.external_attr = ZIP_DEFLATED, member.external_attr
            with source.open(member) as content, package.open(copied, "w") as part:
                rows = streamed.get(member.filename)
                if rows is None:
                    # a county's 勾稽核对表 has 20 KB a unit
                    shutil.copyfileobj(content, part)
                    continue
                with on_sheet(rows.table):
                    for run in _with_rows(content.read(), rows):
                        part.write(run)


def _with_rows(xml: bytes, streamed: StreamedRows) -> Iterator[bytes]:
    """A sheet with its rows below those it has."""
    end = xml.index(_END)
    rows = map(numbered, streamed.rows, count(streamed.first))
    yield xml[:end]
    while run := b"".join(islice(rows, _RUN)):
        yield run
    yield xml[end:]
