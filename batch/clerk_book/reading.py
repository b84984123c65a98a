"""Read 经办台账.xlsx: what the clerk wrote, wherever rows and columns stand by now."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from batch.config.toml_text import TomlText
from batch.errors import in_chinese
from batch.forms.spec.labels import squeeze
from batch.forms.spec.spec import PackForms
from batch.model.book import Book, Sheet, Unreadable
from batch.model.clerk_notes import Reminder, SpotCheck
from batch.model.limits import DEFAULT, Limits
from batch.model.reference import GivenRuling
from batch.model.review import CODE
from batch.roster.cell_entries import read_score
from batch.roster.layout import RosterLayout, layout_of
from batch.roster.problems import Notebook, RosterProblem
from batch.roster.roster import Roster
from batch.roster.ruling_rows import read_ruling
from batch.roster.tables import Header, RosterRow, headers_of, note_headings, rows_below
from batch.roster.unit_details import owner_of
from batch.workbook.formulas.recalculate import recalculate
from batch.workbook.opening import open_book

#: the sheets, as layout.toml has them
REMINDERS, RULINGS, SPOT_CHECKS = "催报", "裁定", "复核"
#: the key of the column that rows are known by, and of the one that the program keeps up to date
MARK, STATE = "mark", "state"
#: a line's findings: see Finding.code; before them the mark of the words that explain them
_MARK = re.compile(rf"([0-9a-f]{{{CODE}}})((?: [0-9a-f]{{{CODE}}}-[0-9a-f]{{{CODE}}})*)")
_FOREIGN = "没有认出“催报”“裁定”“复核”中的任何一页，不像经办台账，没有改动它，也没有列新的行。"
_UNTOUCHED = "没有改动它，也没有列新的行。"
_ANEW = "请从存档里找回以前的一份；要一本新的，把它移走再运行一次。"
_WRITABLE = ("xlsx", "xlsm")
_ZIP = b"PK\x03\x04"


@cache
def clerk_layout() -> RosterLayout:
    """The sheets and columns of the book."""
    path = Path(__file__).parent / "layout.toml"
    return layout_of(TomlText(path.name, path.read_text(encoding="utf-8")))[0]


def clerk_keys(sheet: str) -> tuple[str, ...]:
    """The keys of the columns the clerk fills in: those between 现状 and the mark."""
    spec = next(spec for spec in clerk_layout().sheets if spec.name == sheet)
    keys = [column.key for column in spec.columns]
    return tuple(keys[keys.index(STATE) + 1 : keys.index(MARK)])


@dataclass(frozen=True, slots=True)
class ClerkRow:
    """One row of a sheet."""

    row: RosterRow
    #: "" for one that names none
    unit: str
    mark: str = ""
    #: of a line of 裁定: the findings it is about, and the mark of their explanation
    codes: tuple[str, ...] = ()
    said: str = ""
    ruling: GivenRuling | None = None

    @property
    def written(self) -> dict[str, str]:
        """What the clerk wrote into it, by the keys of the columns."""
        texts = self.row.texts
        return {key: texts[key] for key in clerk_keys(self.row.spec.name) if texts.get(key)}


@dataclass(slots=True)
class ClerkTable:
    """A sheet of the book that was recognised."""

    #: its name in the file
    sheet: str
    header: Header
    rows: list[ClerkRow] = field(default_factory=list)
    #: the lowest row with anything in it
    last: int = 0


@dataclass(slots=True)
class ClerkBook:
    """经办台账.xlsx as read."""

    path: Path
    #: its bytes; None where there is no such file
    data: bytes | None = None
    #: size and time of the file when it was read
    state: tuple[int, int] | None = None
    #: by the sheet's name in the layout
    tables: dict[str, ClerkTable] = field(default_factory=dict)
    problems: tuple[RosterProblem, ...] = ()
    #: whether rows can be added; False for one that is damaged, somebody else's, or no .xlsx
    is_writable: bool = True
    #: in an order that does not depend on that of the rows; of two about the same, the later decision last
    rulings: tuple[GivenRuling, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    spot_checks: tuple[SpotCheck, ...] = ()

    @property
    def digest(self) -> str:
        """A short digest of what the clerk wrote, wherever it stands; "" for nothing."""
        rulings = [(given.unit, given.ruling) for given in self.rulings]
        if not (rulings or self.reminders or self.spot_checks):
            return ""
        said = repr((rulings, self.reminders, self.spot_checks))
        return hashlib.sha256(said.encode()).hexdigest()

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes; "" where there is none."""
        return hashlib.sha256(self.data).hexdigest() if self.data is not None else ""


def read_clerk_book(
    path: Path,
    forms: PackForms,
    roster: Roster | None,
    limits: Limits = DEFAULT,
    passwords: Sequence[str] = (),
) -> ClerkBook:
    """Read the book, in whatever format it was saved. What is wrong with it is among its `problems`.

    `roster`: the units its rows may name; None without one.
    """
    try:
        stat = path.stat()
        data = path.read_bytes()
    except FileNotFoundError:
        return ClerkBook(path)
    except OSError as error:
        notes = Notebook(path.name)
        notes.error("", "", f"打不开：{in_chinese(error)}，{_UNTOUCHED}", "文件若已打开请先关闭。")
        return ClerkBook(path, problems=tuple(notes.problems), is_writable=False)
    book = parsed(path, data, forms, roster, limits, passwords)
    book.state = stat.st_size, stat.st_mtime_ns
    return book


def parsed(
    path: Path,
    data: bytes,
    forms: PackForms,
    roster: Roster | None = None,
    limits: Limits = DEFAULT,
    passwords: Sequence[str] = (),
) -> ClerkBook:
    """The book in the bytes of a file; see `read_clerk_book`."""
    notes = Notebook(path.name)
    book = ClerkBook(path, data)
    sheets = [""]
    try:
        opened = open_book(data, path.name, limits, passwords)
    except Unreadable as error:
        book.is_writable = False
        notes.error("", "", f"读不了，{_UNTOUCHED}{error.reason}", _ANEW)
    else:
        sheets += [sheet.name for sheet in opened.sheets]
        recalculate(opened)
        _read(book, opened, forms, roster, notes)
    book.problems = notes.in_order(sheets)
    return book


def _read(book: ClerkBook, opened: Book, forms: PackForms, roster: Roster | None, notes: Notebook) -> None:
    book.tables = _tables(opened, notes)
    if not book.tables:
        book.is_writable = False
        notes.error("", "", _FOREIGN, _ANEW)
        return
    if opened.container not in _WRITABLE or not (book.data or b"").startswith(_ZIP):
        book.is_writable = False
        notes.error("", "", "不是没有密码的.xlsx文件，只读，不能列新的行。", "请不加密码另存为.xlsx。")
    by_name = {sheet.name: sheet for sheet in opened.sheets}
    for table in book.tables.values():
        sheet = by_name[table.sheet]
        table.last = max(row for row, _ in sheet.cells)
        rows = rows_below(sheet, [table.header], clerk_layout(), opened.date1904, notes)
        table.rows = [_row(row, forms, roster, notes) for row in rows]
    rows_of = {name: table.rows for name, table in book.tables.items()}
    given = [row.ruling for row in rows_of.get(RULINGS, ()) if row.ruling]
    book.rulings = tuple(sorted(given, key=lambda g: (g.unit, g.ruling.day, repr(g.ruling))))
    book.reminders = tuple(sorted(_reminders(rows_of.get(REMINDERS, ())), key=repr))
    book.spot_checks = tuple(sorted(_spot_checks(rows_of.get(SPOT_CHECKS, ()), notes), key=repr))


def _tables(opened: Book, notes: Notebook) -> dict[str, ClerkTable]:
    """Each sheet of the layout, under its own name or another; copies somebody made are not read."""
    layout = clerk_layout()
    found: dict[str, list[tuple[Sheet, Header]]] = {}
    for sheet in opened.sheets:
        headers = headers_of(sheet, layout) if sheet.cells else []
        if headers:
            found.setdefault(headers[0].spec.name, []).append((sheet, headers[0]))
    tables = {}
    for spec in layout.sheets:
        candidates = found.get(spec.name, [])
        named = [(sheet, header) for sheet, header in candidates if sheet.name == spec.name]
        if not candidates:
            what = f"没有“{spec.name}”页（或者它的栏名改过），这一页没有读，也没有列新的行。"
            notes.hint("", "", what, "请从存档里以前的一份复制过来。")
            continue
        sheet, header = (named or candidates)[0]
        tables[spec.name] = ClerkTable(sheet.name, header)
        note_headings(sheet, header, notes)
        for key in (*clerk_keys(spec.name), MARK):
            if key not in header.columns:
                label = spec.column(key).label
                lost = "没有列新的行" if key == MARK else "这一栏没有读"
                notes.hint(sheet.name, "", f"没有“{label}”这一栏，{lost}。", "栏名改过的请改回。")
    return {} if not found else tables


def _row(row: RosterRow, forms: PackForms, roster: Roster | None, notes: Notebook) -> ClerkRow:
    mark = row.texts.get(MARK, "")
    known = _MARK.fullmatch(mark)
    unit = row.named[0] if row.named else ""
    plain = ClerkRow(row, unit, mark if known else "")
    if not plain.written and not known:
        return plain
    if roster is not None and unit:
        match = roster.find(code=unit, name=unit)
        if match is None and not known:
            owner = owner_of(row, roster, notes)
            return ClerkRow(row, owner.name if owner else "")
        unit = match.unit.name if match else unit
    if not unit:
        notes.error(row.sheet, row.ref("unit"), "没有填单位，这一行没有读。", "请填写单位全称或编码。")
        return plain
    said, codes = (known[1], tuple(known[2].split())) if known else ("", ())
    ruling = None
    if row.texts.get("decision"):
        read = read_ruling(row, forms, notes, codes, said)
        place = row.ref("decision")
        ruling = GivenRuling(unit, read, notes.file, row.sheet, place) if read else None
    return ClerkRow(row, unit, mark if known else "", codes, said, ruling)


def _reminders(rows: Sequence[ClerkRow]) -> Iterator[Reminder]:
    for row in rows:
        if row.unit and (told := row.written):
            yield Reminder(row.unit, *(told.get(key, "") for key in ("when", "how", "said", "by")))


def _spot_checks(rows: Sequence[ClerkRow], notes: Notebook) -> Iterator[SpotCheck]:
    for row in rows:
        told = row.written
        if not row.unit or not told:
            continue
        score = read_score(told["score"]) if "score" in told else None
        if "score" in told and score is None:
            what = f"复核得分“{told['score']}”不是0至100的数，没有读。"
            notes.error(row.row.sheet, row.row.ref("score"), what, "请只填数字。")
        project = row.row.texts.get("project", "")
        yield SpotCheck(row.unit, project, score, *(told.get(key, "") for key in ("opinion", "by", "day")))


def unit_key(name: str) -> str:
    """A unit's name as it is compared: blanks do not matter."""
    return squeeze(name)
