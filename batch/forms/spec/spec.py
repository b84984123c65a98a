"""A pack's forms as objects: which labels a form has, what stands behind them, in what unit.

Built from the pack's TOML by batch.forms.spec.load. Labels may hold {本年}, {上年} and {期}; they match any
spelling of the batch's year, the year before and the monitoring period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from batch.forms.spec.drawing import Drawing
from batch.forms.spec.label_matching import Labels
from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import squeeze
from batch.forms.spec.loose_labels import loose_label
from batch.forms.spec.non_indicator_rows import RowWords
from batch.forms.spec.output_words import OutputWords
from batch.forms.spec.report_words import ReportWords
from batch.forms.spec.shared_sums import NoProjects, SharedSum
from batch.forms.spec.target_columns import TargetColumns
from batch.forms.spec.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Field:
    """A label and the value expected behind it: an entry, or a row or column of a grid or list."""

    name: str
    #: the official wording, with tokens
    label: str
    aliases: tuple[str, ...] = ()
    type: str = "text"
    #: of a choice: the words one of which stands here
    choices: tuple[str, ...] = ()
    required: bool = False
    #: an expression; required only where it holds
    required_if: str = ""
    #: entries: "right" of the label (or behind its colon), or "below" it
    place: str = "right"
    #: how the form computes it, in its own words
    formula: str = ""
    #: lists: how the 总分 row computes this column
    total: str = ""
    #: grid rows: the open heading this row stands under; all parts make it up
    parent: str = ""
    #: grid rows: the row this one is a part of; their sum may be less than it
    part_of: str = ""
    #: grid rows: any number of rows may follow as parts of this one
    open: bool = False
    #: open grid rows: words that show a row below to be a part of this one
    part_words: tuple[str, ...] = ()
    #: grid columns: the only rows that have a cell here; empty: all
    only: tuple[str, ...] = ()
    #: what the template fills in
    preset: str = ""
    #: grid columns: the column of last year's form whose accepted figures stand here this year
    last_year: str = ""
    #: whether it shows that somebody filled the form in; what is printed and who is asked do not
    answer: bool = True
    #: whether some prints of the form lack it
    optional: bool = False
    #: the bureau's own form has none: as optional, and said to be so on purpose
    absent: bool = False
    indent: int = 0

    @property
    def may_lack(self) -> bool:
        """Whether a form without it misses nothing."""
        return self.optional or self.absent

    @property
    def squeezed(self) -> str:
        """The official wording without blanks, as a sheet that follows it exactly would have it."""
        return squeeze(self.label)


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows by columns."""

    name: str
    rows: tuple[Field, ...]
    columns: tuple[Field, ...]
    row_labels: Labels
    column_labels: Labels
    #: by 行.栏, how a cell is computed that no formula of its row or column says
    formulas: Mapping[str, str] = field(default_factory=dict)

    def has_cell(self, row: str, column: Field) -> bool:
        """Whether the form has a cell where this row and column meet."""
        return not column.only or row in column.only


@dataclass(frozen=True, slots=True)
class ListSpec:
    """A repeating table: indicator rows under 一级 and 二级 headings, with a 总分 row."""

    name: str
    columns: tuple[Field, ...]
    levels: tuple[str, ...]
    #: the name under which weights read from labels are filed with each item; "" when a column has them
    points: str
    #: the columns that state the weights of the headings, from 一级 down; none where their labels carry them
    group_weights: tuple[str, ...]
    #: where the columns of points have one heading, by level: the last one is the indicator's own
    level_points: tuple[str, ...]
    #: the column of what the unit gave itself, where `level_points` may be headed so too
    score: str
    #: whether headings carry their weight in brackets
    weighted: bool
    labels: Labels
    #: the columns that state a target's sign and measure
    beside: TargetColumns = field(default_factory=TargetColumns)


# without slots: what follows from its labels is kept with it
@dataclass(frozen=True)
class FormSpec:
    """One official form."""

    key: str
    title: str
    #: the title with its tokens, as the drawing has it
    printed_title: str
    #: normalised titles by which it is recognised, the official one first
    titles: tuple[str, ...]
    #: "单位" or "项目"
    per: str
    required: bool
    money: str
    #: the entry that names the unit
    unit_field: str
    #: the entry that names the project
    project_field: str
    #: the form that is not owed where this one is handed in; "" for none
    instead_of: str
    #: what the titles of other forms say: a sheet called so is not recognised by its labels alone
    not_titles: tuple[str, ...]
    entries: tuple[Field, ...]
    grids: tuple[Grid, ...]
    #: in the order in which they are printed; a column's name stands in one of them only
    lists: tuple[ListSpec, ...]
    entry_labels: Labels
    drawing: Drawing
    #: indicators known by name wherever they stand: name → normalised spellings
    indicators: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: what a pre-filled form says from the start: slot of the template → one of KNOWN
    known: dict[str, str] = field(default_factory=dict)
    #: how a cell begins that holds an entry with its value: 填报单位:
    entry_starts: tuple[str, ...] = ()

    @property
    def is_issued(self) -> bool:
        """Whether the pack draws it; a form without a drawing is only read."""
        return bool(self.drawing.rows)

    @cached_property
    def holds_money(self) -> bool:
        """Whether sums of money stand in it."""
        columns = (column for grid in self.grids for column in grid.columns)
        return any(f.type == "money" for f in (*self.entries, *columns, *self.list_columns))

    @cached_property
    def label_sets(self) -> tuple[Labels, ...]:
        """All its labels: of entries, of rows and columns of its grids, of its lists' columns."""
        grids = [labels for grid in self.grids for labels in (grid.row_labels, grid.column_labels)]
        return (self.entry_labels, *grids, *(ls.labels for ls in self.lists))

    @property
    def heading_sets(self) -> tuple[Labels, ...]:
        """The labels of columns: of its grids and of its lists."""
        return (*(grid.column_labels for grid in self.grids), *(ls.labels for ls in self.lists))

    @cached_property
    def list_columns(self) -> tuple[Field, ...]:
        """The columns of its lists."""
        return tuple(column for ls in self.lists for column in ls.columns)

    @cached_property
    def list_with(self) -> dict[str, ListSpec]:
        """Its lists by the names of their columns, the points of a list's items among them."""
        columns = {column.name: ls for ls in self.lists for column in ls.columns}
        return columns | {ls.points: ls for ls in self.lists if ls.points}

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its fields, as expressions use them: 栏, 行.栏, 总分.栏, rows and columns alone."""
        found = {entry.name for entry in self.entries}
        for grid in self.grids:
            found |= {field.name for field in (*grid.rows, *grid.columns)}
            found |= {
                f"{r.name}.{c.name}" for r in grid.rows for c in grid.columns if grid.has_cell(r.name, c)
            }
            found |= {f"{row.name}.子项" for row in grid.rows}
        columns = {column.name for column in self.list_columns}
        found |= columns | {f"总分.{name}" for name in columns} | set(self.list_with)
        return frozenset(found - {""})

    @cached_property
    def row_words(self) -> dict[str, str]:
        """The rows of its grids as messages call them: without numbering and colon."""
        rows = (row for grid in reversed(self.grids) for row in reversed(grid.rows))
        return {row.name: normalise(row.label) for row in rows}

    @cached_property
    def printed(self) -> frozenset[str]:
        """What its drawing prints, and the indicators it is known to print."""
        drawn = {normalise(text) for row in self.drawing.rows for text in row}
        return frozenset(drawn | self.indicator_of.keys())

    @cached_property
    def spare_rows(self) -> frozenset[str]:
        """The rows of its grids that no form has to have: where one is not, there is nothing in it."""
        return frozenset[str]().union(*(grid.row_labels.spare for grid in self.grids))

    @cached_property
    def ticks(self) -> frozenset[str]:
        """The columns of its lists that are ticked or left blank."""
        return frozenset(c.name for c in self.list_columns if c.type == "tick")

    @cached_property
    def choices(self) -> dict[str, frozenset[str]]:
        """The words to choose from in its entries and in the columns of its lists, without blanks."""
        chosen = (f for f in (*self.entries, *self.list_columns) if f.choices)
        return {f.name: frozenset(map(squeeze, f.choices)) for f in chosen}

    @cached_property
    def indicator_of(self) -> dict[str, str]:
        """Its indicators that are known by name, by each of their spellings."""
        named = reversed(self.indicators.items())
        return {spelling: name for name, spellings in named for spelling in spellings}

    @cached_property
    def spellings(self) -> frozenset[str]:
        """All spellings that any of its labels goes by."""
        return frozenset(
            text
            for labels in self.label_sets
            for spellings in (labels.exact, labels.normalised, labels.alias)
            for text in spellings
        )

    @cached_property
    def loose_spellings(self) -> frozenset[str]:
        """What all spellings of its labels come to loosely."""
        return frozenset(text for labels in self.label_sets for text in labels.loose)


# without slots, as FormSpec; each is its own, so that what follows from it can be kept under it
@dataclass(frozen=True, eq=False)
class PackForms:
    """All forms of a pack and the words they share."""

    forms: dict[str, FormSpec]
    decor: frozenset[str]
    notes: tuple[str, ...]
    totals: frozenset[str]
    subtotals: frozenset[str]
    year: int
    period: tuple[int, int]
    #: how labels print the period: 1-6月, 第三季度
    period_words: str
    words: Vocabulary
    #: the monitoring period the bureau asked for; None: each form says its own
    asked_period: tuple[int, int] | None = None
    #: rows of lists that are no indicators
    rows: RowWords = field(default_factory=RowWords)
    #: what checks are sorted under
    categories: tuple[str, ...] = ()
    #: words in the name or title of sheets that are not meant to be read: 填表说明, 封面
    guides: tuple[str, ...] = ()
    #: sums that two forms have, and sums that are parts of one in another form
    same_sums: tuple[SharedSum, ...] = ()
    part_sums: tuple[SharedSum, ...] = ()
    #: how a unit says that it has no project outlay; None: it cannot
    no_projects: NoProjects | None = None
    #: by what written reports are read
    report: ReportWords = field(default_factory=ReportWords)
    #: how this year's work is called on what goes out
    outputs: OutputWords = field(default_factory=OutputWords)

    def sums_up(self, normal: str) -> str:
        """What a row of a list adds up that is called so: "total" of the form, "subtotal" of a part of it, or
        "": 合计（不含预算执行） is one, 指标得分小计 the other."""
        loose = loose_label(normal)
        if normal in self.totals or loose in self.totals:
            return "total"
        return "subtotal" if loose.endswith(tuple(self.subtotals)) else ""

    @cached_property
    def titles(self) -> tuple[tuple[str, FormSpec], ...]:
        """Every title with its form, as it is recognised."""
        return tuple((title, spec) for spec in self.forms.values() for title in spec.titles)

    @cached_property
    def title_signs(self) -> frozenset[str]:
        """The characters that all titles have, such as 表: a text without them is no title."""
        return frozenset.intersection(*(frozenset(title) for title, _ in self.titles))
