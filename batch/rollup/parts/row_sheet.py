"""A worksheet of XlsxWriter that also takes rows spelt already.

XlsxWriter makes an object of every cell, keeps the height of every row until the workbook is closed, and a
kilobyte of every link. Here a row is bytes and a link its text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import islice
from typing import Any

#: rows that are written in one go
_RUN = 64


@cache
def row_sheet() -> type[Any]:
    """The class, for `Workbook.add_worksheet`; of workbooks that keep no rows in memory."""
    from xlsxwriter.url import Url
    from xlsxwriter.worksheet import Worksheet

    class RowSheet(Worksheet):  # type: ignore[misc]
        """See above."""

        def __init__(self) -> None:
            super().__init__()
            #: (row, column, target, text) from the top
            self._links: list[tuple[int, int, str, str]] = []

        def write_rows(self, first: int, rows: Iterable[bytes]) -> None:
            """Write rows from `first` on, counted from 0; nothing is written above them any more."""
            # what was written before is numbered before: looks get their numbers in the order of the cells
            self._write_single_row(first)
            self.fh.flush()
            written, ahead = first - 1, iter(rows)
            while run := list(islice(ahead, _RUN)):
                self.fh.buffer.write(b"".join(run))
                written += len(run)
            if written >= first:
                self.reach(written, 0)

        def reach(self, row: int, column: int) -> None:
            """Have the sheet reach to this cell, whoever writes it."""
            self._check_dimensions(row, column)

        def link(self, row: int, column: int, target: str, text: str) -> None:
            """Make the cell a link; it is written with its row."""
            self._links.append((row, column, target, text))

        def _write_hyperlinks(self) -> None:
            if not self._links:
                super()._write_hyperlinks()
                return
            self._xml_start_tag("hyperlinks")
            url, leads_to = None, ""
            for row, column, target, text in self._links:
                if target.startswith("internal:"):
                    inside = Url(target)
                    inside.text = text
                    self._write_hyperlink_internal(row, column, inside)
                    continue
                file, _, anchor = target.partition("#")
                if url is None or file != leads_to:
                    # findings of one unit follow one another, and taking a path apart takes the most time
                    url, leads_to = Url(file), file
                url._anchor = anchor
                self.rel_count += 1
                self._write_hyperlink_external(row, column, self.rel_count, url)
                self.external_hyper_links.append(["/hyperlink", url._target(), "External"])
            self._xml_end_tag("hyperlinks")

    return RowSheet
