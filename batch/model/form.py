"""A recognised official form: fields and rows, each with the cell it was read from."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

from batch.model.narrative import Narrative
from batch.model.record import record
from batch.model.reference import LastYear, Reference, RosterUnit


class State(Enum):
    """How a field is filled. Blank, placeholder and 0 stay three different things."""

    #: Enum's own goes through Python: 80 ns, some 2,000 times a unit
    __hash__ = object.__hash__

    FILLED = "filled"
    BLANK = "blank"
    #: "/", "—", "无" and the like: somebody looked at the cell and said there is nothing
    PLACEHOLDER = "placeholder"
    #: a formula error such as #DIV/0!
    ERROR = "error"
    #: a formula whose result was not saved
    UNCACHED = "uncached"
    #: text where the form wants a number, and no reading of it
    UNREADABLE = "unreadable"


#: the same, for what is asked hundreds of times a unit: Python 3.11 takes 75 ns to find a member in its class
#: and 10 for a name of the module; the 10,000 times that a unit comes to are 0.6 of its 20 ms
FILLED, BLANK, PLACEHOLDER = State.FILLED, State.BLANK, State.PLACEHOLDER


@record(frozen=True, slots=True)
class Value:
    """One field as filled in: what was typed, how it was read, and its cell."""

    state: State
    #: the text as the unit sees it in the cell
    raw: str = ""
    #: the parsed number; percentages as fractions (0.8667), money in `unit`
    number: Decimal | None = None
    #: decimals of the printed number ("86.67%" → 2), which decides the tolerance
    places: int = 0
    #: "万元", "元", "%", or the measure word typed behind a number; "" when there is none
    unit: str = ""
    #: "", "≥", ">", "≤", "<": a bound rather than a fact
    op: str = ""
    #: upper end of a range such as "80%-90%"; `number` is the lower end
    upper: Decimal | None = None
    #: "number", "percent", "schedule", "grade", "tick", "text", "date", "day" (a date with its number), or ""
    #: when blank
    kind: str = ""
    #: what had to be guessed while reading: "text-number", "debris", "own-unit", "approximate", …
    notes: tuple[str, ...] = ()
    sheet: str = ""
    #: address of the cell, anchor of a merged one; "" when the row or column does not exist
    ref: str = ""
    #: the formula behind the value, without "="
    formula: str | None = None
    #: what its row says of it in columns of their own: "≥", ">", "≤", "<" or "=", and the measure; "" where
    #: there are none or its own cell has them
    sign: str = ""
    measure: str = ""

    @property
    def said(self) -> str:
        """The typed text with the sign and the unit of measure from the columns beside it: “≥95%” of ≥ |
        95 | %."""
        if not self.sign and not self.measure:
            return self.raw
        text = self.raw.strip()
        # what ends in a word names its measure itself: 20套 beside 件（套）
        tail = self.measure if text[-1:].isdigit() else ""
        return f"{self.sign.removeprefix('=')}{text}{tail}"

    @property
    def is_filled(self) -> bool:
        """Whether there is a value to compare."""
        return self.state is FILLED

    @property
    def is_blank(self) -> bool:
        """Whether nothing was typed."""
        return self.state is BLANK


@record(frozen=True, slots=True)
class Deviation:
    """One departure of a sheet from the official layout, and how it was handled."""

    #: the check that reports it: F012 (header text), F014 (missing), F015 (extra), F029, …; "" for none
    check: str
    sheet: str
    ref: str
    #: what the sheet says
    found: str
    #: what the form says; "" when nothing corresponds
    expected: str = ""
    #: "exact", "normalised", "alias", "near", "missing", "extra"
    step: str = ""


@record(slots=True)
class Item:
    """One row of an indicator table."""

    row: int
    #: 一级/二级/三级 as far as given, normalised: what identifies the row when rows move
    path: tuple[str, ...]
    values: dict[str, Value]
    #: how people call it: the last heading or text given, as written
    label: str = ""
    #: rows 其中：… below it, that have no points: parts of this indicator, and no indicators of their own
    parts: list[Item] = field(default_factory=list)
    #: the list of the form that it is a row of
    list_name: str = ""


@record(slots=True)
class Group:
    """The indicators under one 一级 or 二级 heading, with the weight in its label."""

    #: 1 or 2
    level: int
    path: tuple[str, ...]
    #: the heading's weight; its ref is the cell that states it
    weight: Value
    items: list[Item]
    #: the list of the form that it is a heading of
    list_name: str = ""


@record(slots=True)
class Table:
    """One official form found in a workbook."""

    #: the form's key in the pack, e.g. "基础数据表"
    form: str
    file: str
    sheet: str
    #: the title as written and its cell
    title: str
    title_ref: str
    year: int | None = None
    #: unit of the money in it, and the evidence for that
    money_unit: str = ""
    money_evidence: str = ""
    #: single fields by name, grid fields by "行.栏"
    fields: dict[str, Value] = field(default_factory=dict)
    #: header texts that name the monitoring period, by column
    printed: dict[str, Value] = field(default_factory=dict)
    #: rows found under an open heading (one row per project under 项目支出), by heading
    extra_rows: dict[str, list[str]] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    #: the 总分 rows of the repeating tables, by column
    totals: dict[str, Value] = field(default_factory=dict)
    bends: list[Deviation] = field(default_factory=list)
    #: (first row, last row) the form takes on its sheet
    rows: tuple[int, int] = (1, 1)
    #: the single field that names the project
    project_field: str = ""

    @property
    def project(self) -> Value | None:
        """The name of the project; None on a form without one."""
        return self.fields.get(self.project_field)

    @property
    def name(self) -> str:
        """What people call this table: the project's name for a project form, else the form's."""
        project = self.project
        return f"{self.form}（{project.raw.strip()}）" if project and project.raw.strip() else self.form


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a submission, as a container."""

    file: str
    #: see batch.model.book.Book
    container: str = "xlsx"
    has_macros: bool = False
    links: tuple[str, ...] = ()
    #: whether it is a copy that we had marked
    marked: bool = False
    #: whether it was issued to the unit with what the roster knows filled in
    prefilled: bool = False


@dataclass(frozen=True, slots=True)
class Replaced:
    """A form that was submitted twice: the one that counts, and the one that does not."""

    #: the form, with the project where it has one
    name: str
    kept: tuple[str, str]
    #: (file, sheet)
    dropped: tuple[str, str]


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet on which none of the official forms was recognised."""

    file: str
    sheet: str
    #: its title as written, "" without one
    title: str = ""
    #: the form it is most like, "" when it is like none, and why: "title" or "labels"
    nearest: str = ""
    by: str = ""
    #: how like: of the titles, or the share of the form's labels that stand on it
    share: float = 0.0
    #: whether figures or a table were filled in on it; covers and instructions have none
    has_data: bool = False


@record(slots=True)
class Submission:
    """All that one unit sent for this round, from one file or several."""

    unit: str
    code: str
    files: tuple[str, ...]
    tables: list[Table]
    #: sheets without a form
    unrecognised: list[OtherSheet] = field(default_factory=list)
    #: forms in which nothing is filled in: they take no part in anything
    empty: list[Table] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    replaced: list[Replaced] = field(default_factory=list)
    #: files beside these that could not be read: (file, check that says why, reason)
    left_out: tuple[tuple[str, str, str], ...] = ()
    #: the first folder below the inbox, "" when the files lie in it directly
    folder: str = ""
    #: what the bureau knows about the unit; None when nothing is known
    reference: Reference | None = None
    #: whether there is a roster at all: without one a unit that is not known is no mistake
    has_roster: bool = False
    #: the unit's written reports
    reports: list[Narrative] = field(default_factory=list)
    #: full names of the roster that are like the unit's, likeliest first; only for a unit it does not know
    suggested: tuple[str, ...] = ()
    #: local date of the newest file that counts, and the day it was due: "2021-03-18"; "" when not known
    sent: str = ""
    due: str = ""

    def of_year(self, form: str, year: int) -> list[Table]:
        """The tables of one form without those that are of another year."""
        return [table for table in self.of(form) if table.year in (None, year)]

    def of(self, form: str) -> list[Table]:
        """The tables of one form, in the order they were found."""
        return [table for table in self.tables if table.form == form]

    @property
    def roster(self) -> RosterUnit | None:
        """The unit's entry in the roster."""
        return self.reference.roster if self.reference else None

    @property
    def last_year(self) -> LastYear | None:
        """What was accepted of the unit in the year before."""
        return self.reference.last_year if self.reference else None

    @property
    def forms_due(self) -> tuple[str, ...]:
        """Keys of the forms the unit owes by the roster; empty: the forms every unit owes."""
        return self.roster.forms_due if self.roster else ()
