"""Add rows to 经办台账.xlsx and bring 现状 up to date; all else in the file keeps its bytes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from batch.clerk_book.asked_rows import AskedRow, NightFacts, rows_asked, states
from batch.clerk_book.blank import clerk_book_bytes
from batch.clerk_book.reading import MARK, STATE, ClerkBook, clerk_keys, parsed
from batch.errors import with_place
from batch.forms.spec.spec import PackForms
from batch.model.book import MAX_ROW, Unreadable, column_letters
from batch.model.limits import DEFAULT, Limits
from batch.model.text_width import lines
from batch.outbox.durable import sync_files, sync_folders
from batch.roster.layout import SheetSpec
from batch.workbook.annotate.annotate import CannotPatch
from batch.workbook.annotate.edit_cells import AddedRows, Place, Typed, type_in
from batch.workbook.read.xlsx import read_workbook
from batch.workbook.style import MAX_HEIGHT

#: what office programs lay beside a file somebody has open
_LOCKS = ("~${0}", ".~lock.{0}#", ".~{0}")
#: points of a line of text, and above and below it
_LINE, _PADDING = 14.0, 6.0
_LATER = "新的行和“现状”下一晚再写"


@dataclass(frozen=True, slots=True)
class Update:
    """What is to become of the file."""

    book: ClerkBook
    #: None where nothing is to be written
    data: bytes | None = None
    #: why it cannot be written, in Chinese
    trouble: str = ""

    @property
    def previous(self) -> bytes | None:
        """The bytes that are about to be replaced; None where none are."""
        return self.book.data if self.data is not None else None

    @property
    def sha256(self) -> str:
        """The digest of the file once it is saved."""
        return self.book.sha256 if self.data is None else hashlib.sha256(self.data).hexdigest()

    def save(self) -> str:
        """Put the new bytes in place, unless somebody has the file open or saved it meanwhile.

        Returns what hindered it, in Chinese; "" when the file is as it is to be.
        """
        if self.data is None:
            return self.trouble
        path = self.book.path
        if lock := next((lock for lock in _locks(path) if lock.exists()), None):
            gone = f"没有人开着的，请删去旁边的 {lock.name}"
            return f"{path.name} 正开着，{_LATER}；{gone}"
        try:
            if _state(path) != self.book.state:
                return f"{path.name} 刚刚被人保存过，{_LATER}"
            _replace(path, self.data)
        except OSError as error:
            return f"{path.name} 写不了：{with_place(error)}，{_LATER}"
        return ""


def updated(book: ClerkBook, now: NightFacts, forms: PackForms, limits: Limits = DEFAULT) -> Update:
    """The book after a batch; a new one where there is none. Nothing is written yet."""
    if not book.is_writable:
        return Update(book)
    base = book
    if book.data is None:
        base = parsed(book.path, clerk_book_bytes(forms), forms)
    typed, added = _changes(base, now)
    assert base.data is not None
    try:
        data = type_in(base.data, typed, limits, added)
        if not _keeps(base.data, data, typed, limits):
            raise CannotPatch("写入后核对不符")
    except (CannotPatch, Unreadable) as error:
        return Update(book, None, f"{book.path.name} 的写法特殊，没有改动它，不能列新的行：{error.reason}")
    return Update(book, data if data != book.data else None)


def _changes(book: ClerkBook, now: NightFacts) -> tuple[dict[Place, Typed], AddedRows]:
    """The cells to type into, and the rows to add for them."""
    typed: dict[Place, Typed] = {}
    added = AddedRows()
    for name, row, state in states(book, now):
        at = row.row.ref(STATE)
        if at and row.row.texts.get(STATE) != state:
            typed[book.tables[name].sheet, at] = state
    for name, rows in rows_asked(book, now).items():
        table = book.tables[name]
        columns = {key: cols[0] for key, cols in table.header.columns.items()}
        if MARK not in columns:
            continue
        theirs = clerk_keys(name)
        for number, new in enumerate(rows, table.last + 1):
            if number > MAX_ROW:
                break
            for key, col in columns.items():
                place = table.sheet, f"{column_letters(col)}{number}"
                added.looks[place] = "input" if key in theirs else "code" if key == MARK else "body"
                content = new.mark if key == MARK else new.cells.get(key)
                if content not in (None, ""):
                    typed[place] = content
            added.heights[table.sheet, number] = _height(table.header.spec, new)
    # a state that is not there yet has a cell of its own to be made
    added.looks |= {place: "body" for place in typed if place not in added.looks}
    return typed, added


def _height(spec: SheetSpec, row: AskedRow) -> float:
    """What the longest text of a row needs, in points."""
    needed = (lines(str(row.cells.get(c.key) or ""), int(c.width) - 1) for c in spec.columns)
    return min(_LINE * max(needed) + _PADDING, MAX_HEIGHT)


def _keeps(before: bytes, after: bytes, typed: dict[Place, Typed], limits: Limits) -> bool:
    """Whether everything that was there is there, but for what was typed and what formulas come to."""
    new = {sheet.name: sheet for sheet in read_workbook(after, "", limits).sheets}
    for sheet in read_workbook(before, "", limits).sheets:
        cells = new[sheet.name].cells if sheet.name in new else {}
        for place, cell in sheet.cells.items():
            now = cells.get(place)
            same = now is not None and (now.formula, now.formula or now.raw) == (
                cell.formula, cell.formula or cell.raw
            )  # fmt: skip
            if not same and (sheet.name, cell.ref) not in typed:
                return False
    return True


def _state(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _locks(path: Path) -> Iterator[Path]:
    return (path.with_name(pattern.format(path.name)) for pattern in _LOCKS)


def _replace(path: Path, data: bytes) -> None:
    """Replace the file durably; a kill leaves the old one or the new one. Raises OSError."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        if path.exists():
            shutil.copymode(path, part)
        sync_files([part])
        part.replace(path)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folders([path.parent])
