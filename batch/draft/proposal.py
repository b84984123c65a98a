"""What is proposed of a pack: forms with their fields and ties, as plain values that 待确认.xlsx carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

#: types of what can be added up
AMOUNTS: Final = ("money", "count", "number")


@dataclass(slots=True)
class DraftField:
    """An entry, or a row or column of a grid or list."""

    #: how answers and ties refer to it, whatever it is called in the end: "表1项3", "表1格1行2"
    id: str
    label: str
    name: str
    type: str = "text"
    required: bool = False
    #: entries: "right" of the label or "below" it
    place: str = "right"
    #: rows: steps it is set in by
    indent: int = 0
    #: rows: others may be added below it
    open: bool = False
    #: columns: the heading that it shares with its neighbours
    group: str = ""
    #: columns: ids of the only rows with a cell here; none: all
    only: list[str] = field(default_factory=list)
    #: columns: the column of last year's form that stands here this year
    last_year: str = ""
    #: whether what stands here shows that somebody filled the form in
    answer: bool = True
    #: what a drop-down offers
    choices: list[str] = field(default_factory=list)
    #: other wordings met in the examples
    aliases: list[str] = field(default_factory=list)


@dataclass(slots=True)
class DraftGrid:
    """Rows by columns."""

    id: str
    name: str
    rows: list[DraftField]
    columns: list[DraftField]


@dataclass(slots=True)
class DraftList:
    """A list, of indicators or plain, with the names of the columns that have a part to play in it."""

    id: str
    name: str
    columns: list[DraftField]
    #: ids of the columns of 一级指标, 二级指标, …
    levels: list[str]
    #: whether points are printed in the headings' brackets
    in_labels: bool = False
    #: ids of columns: points of a row, points of a 一级 heading, what the unit gives itself
    points: str = ""
    group_weight: str = ""
    #: ids of the columns of points behind each level, where they have one heading
    level_points: list[str] = field(default_factory=list)
    score: str = ""
    sign: str = ""
    measure: str = ""
    #: what the 总分 row below it is called, "" for none
    total: str = ""


@dataclass(slots=True)
class DraftDrawing:
    """The form as printed."""

    sheet: str
    rows: list[list[str]]
    widths: list[float]
    heights: dict[str, float]
    landscape: bool


@dataclass(slots=True)
class DraftForm:
    """One form."""

    id: str
    key: str
    title: str
    drawing: DraftDrawing
    #: none for a form without; not left out, so that a proposal of a version that had one list is not taken
    lists: list[DraftList]
    money: str = "万元"
    per: str = "单位"
    #: whether everybody has to submit it
    required: bool = True
    #: id of the entry that names the unit
    unit_field: str = ""
    #: whether its scores count
    scored: bool = False
    entries: list[DraftField] = field(default_factory=list)
    grids: list[DraftGrid] = field(default_factory=list)
    #: printed texts without a value: headings of blocks
    decor: list[str] = field(default_factory=list)
    #: sentences at its foot
    notes: list[str] = field(default_factory=list)
    #: of the known form: what is filled in from the roster, indicators that are known by name
    prefilled: dict[str, str] = field(default_factory=dict)
    named: dict[str, list[str]] = field(default_factory=dict)
    #: key of the form of a known pack that it is, "" for none
    known: str = ""
    #: by address: the field to fill in there, "row.column" ids in a grid
    cells: dict[str, str] = field(default_factory=dict)
    #: by address: the column of points that are printed there
    figures: dict[str, str] = field(default_factory=dict)
    #: by address: what the form computes there
    formulas: dict[str, str] = field(default_factory=dict)
    #: addresses to fill in that nothing says the name of
    unnamed: list[str] = field(default_factory=list)

    def fields(self) -> Iterator[DraftField]:
        """All its fields."""
        yield from self.entries
        for grid in self.grids:
            yield from grid.rows
            yield from grid.columns
        for listed in self.lists:
            yield from listed.columns

    def names(self) -> dict[str, str]:
        """The name of every field, by id."""
        return {field.id: field.name for field in self.fields()}


@dataclass(slots=True)
class DraftTie:
    """A proposed tie: `text` has {n} where the name of `parts[n]` goes."""

    id: str
    #: id of its form; "" for one between the forms `needs`
    form: str
    #: "列", "行", "表", "指标", "一级指标", "二级指标"
    each: str
    text: str
    #: ids of fields, joined by "." where row and column are needed; a word in quotes stands for itself
    parts: list[str]
    #: further parts of which the same is said
    again: list[list[str]] = field(default_factory=list)
    #: ids of the forms it is between
    needs: list[str] = field(default_factory=list)
    #: column by column: ids of the columns it holds in, where it does not in all
    columns: list[str] = field(default_factory=list)
    #: row by row: the same of rows
    rows: list[str] = field(default_factory=list)
    #: a condition in the same words
    when: str = ""
    tolerance: str = "TOL_0"
    #: what speaks for it: 表上的编号, 表上的公式, 样表 …
    source: str = ""
    #: in how many of the examples it could be worked out, and held
    tried: int = 0
    held: int = 0
    #: the example in which it does not hold, and where: 3.xlsx“采购季报”C6
    against: str = ""
    #: whether the form computes the left side by it
    computes: bool = False
    #: how, where it is not as `text` says
    formula: str = ""
    #: what was decided: "" for nothing yet
    severity: str = ""
    in_force: bool = False
    is_left_out: bool = False

    @property
    def key(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What it says, whatever speaks for it."""
        return self.form, self.each, self.text, tuple(self.parts)

    @property
    def target(self) -> tuple[str, str, str]:
        """The field it says something of, and where."""
        return self.form, self.each, self.parts[0] if self.parts else ""


@dataclass(slots=True)
class PackProposal:
    """Everything that is proposed."""

    title: str
    year: int
    period: tuple[int, int]
    forms: list[DraftForm] = field(default_factory=list)
    ties: list[DraftTie] = field(default_factory=list)
    #: what was seen and could not be used: (sheet, what)
    left: list[tuple[str, str]] = field(default_factory=list)
    #: by file: tables of a known pack that fit these forms as they are
    carried: dict[str, dict[str, Any]] = field(default_factory=dict)

    def names(self) -> dict[str, str]:
        """The name of every form and field, by id."""
        fields = {key: name for form in self.forms for key, name in form.names().items()}
        return fields | {form.id: form.key for form in self.forms}

    def printed(self, text: str) -> str:
        """A text as it stands on this round's form: {本年}预算 is 2024年预算."""
        first, last = self.period
        words = {"本年": f"{self.year}年", "上年": f"{self.year - 1}年", "期": f"{first}-{last}月"}
        for token, said in words.items():
            text = text.replace(f"{{{token}}}", said)
        return text

    def forms_of(self, tie: DraftTie) -> list[DraftForm]:
        """The forms a tie is about."""
        return [form for form in self.forms if form.id in (tie.needs or [tie.form])]

    def wanted(self) -> list[DraftTie]:
        """The ties that become checks."""
        return [tie for tie in self.ties if not tie.is_left_out]
