"""The workbook being written: what every sheet gets to work with, how pages look, and links between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from batch.figures.figure_rules import FigureRules
from batch.forms.spec.output_words import OutputWords
from batch.forms.spec.spec import PackForms
from batch.model.briefing import Briefing
from batch.model.clerk_notes import ClerkNotes
from batch.model.kept_details import KeptDetails
from batch.model.review import Findings, Review
from batch.model.turnout import Turnout
from batch.model.unit_facts import UnitFacts
from batch.outbox.paths import copy_paths
from batch.rollup.parts.batch_changes import Changes
from batch.rollup.parts.row_sheet import row_sheet
from batch.rollup.parts.rules_in_force import RuleRow
from batch.rollup.parts.sample_choice import SAMPLING, Sampling
from batch.rollup.parts.summary import Summary, summarise
from batch.rollup.parts.unreported import AbsentUnit
from batch.workbook.style import LINE, PADDING, Look, clean

A4 = 9
#: how a link into another file begins
_EXTERNAL = "external:"
#: font of the footer
_SMALL = '&"宋体,常规"&8'


@dataclass(frozen=True, slots=True)
class RollupHead:
    """What the roll-up says about the batch, all given by the caller: the workbook repeats exactly."""

    year: int
    batch: str
    #: until when submissions were taken, as text
    cutoff: str
    pack: str
    version: str
    #: months the monitoring form covers, e.g. (1, 6)
    period: tuple[int, int] = (1, 6)
    #: errors, warnings and hints of the batch before, for the change since
    previous: tuple[int, int, int] | None = None
    sampling: Sampling = SAMPLING
    #: grades from best to worst, as the pack names them
    grades: tuple[str, ...] = ("优", "良", "中", "差")
    #: what the bureau changed besides checks: names of labels, the scoring
    changed: tuple[str, ...] = ()
    #: who says the year: 设置, 报送的表 or 规则包
    year_from: str = "规则包"
    #: which figures the pack has, and which of them are shown
    figures: FigureRules = field(default_factory=FigureRules)
    #: how the work is called
    words: OutputWords = field(default_factory=OutputWords)

    def title(self, what: str) -> str:
        """The title of a sheet or workbook."""
        return self.words.title(self.year, what)

    @property
    def lot(self) -> str:
        """The seed of the lot that chooses units for a spot check, so that everybody can draw it again."""
        return f"{self.year}-{self.pack}"


@dataclass(kw_only=True)
class RollupContent:
    """What the roll-up is made from."""

    head: RollupHead
    #: in the order of 单位总表; gone through several times
    facts: Sequence[UnitFacts]
    findings: Findings
    #: of the same units in the same order
    details: Sequence[KeptDetails] = ()
    #: of the same units in the same order
    reviews: Sequence[Review] = ()
    #: (file, reason)
    unprocessed: Sequence[tuple[str, str]] = ()
    #: by a finding's key, the batch it was first seen in; what is not there is new in this one
    first_seen: Mapping[str, str] = field(default_factory=dict)
    rules: Sequence[RuleRow] = ()
    #: who of the roster stands where; None without a roster
    turnout: Turnout | None = None
    #: those of its units without a submission
    absent: Sequence[AbsentUnit] = ()
    #: what the bureau decided and noted
    clerk: ClerkNotes = field(default_factory=ClerkNotes)
    #: the pack's forms, for sheets that look like one of them
    forms: PackForms | None = None
    #: what is different from the batch before
    changes: Changes = field(default_factory=Changes)
    #: what 首页 begins with
    briefing: Briefing = field(default_factory=Briefing)

    @cached_property
    def summary(self) -> Summary:
        """The batch in a few numbers."""
        figures = self.head.figures
        return summarise(
            self.facts, self.findings.kinds, self.unprocessed, self.head.grades, figures.shown.lines
        )


@dataclass(frozen=True, slots=True)
class StreamedRows:
    """Rows of a table that are put into its sheet when the workbook is done."""

    #: the sheet that is not there when they cannot be made
    table: str
    #: still to be numbered
    rows: Iterable[bytes]
    #: the first of them, from 0
    first: int


@dataclass(kw_only=True)
class Rollup(RollupContent):
    """The workbook being written, with everything it is made from."""

    book: Any
    look: Look
    #: the sheets of this workbook that others lead to, in their order
    contents: Sequence[str] = ()
    #: by name, why this workbook has no such sheet
    nothing: Mapping[str, str] = field(default_factory=dict)
    #: the sheets of the other workbook
    beside: Sequence[str] = ()
    #: by sheet, rows that are put into it when the workbook is done
    streamed: dict[str, StreamedRows] = field(default_factory=dict)
    #: by sheet written so far, the rows of its table
    rows: Counter[str] = field(default_factory=Counter)

    @property
    def has_departments(self) -> bool:
        """Whether anything is known about who answers for whom."""
        return self.summary.with_department > 0

    @property
    def monitors(self) -> bool:
        """Whether the pack has a form on the progress of projects."""
        return bool(self.head.figures.monitoring.form)

    @property
    def forms_in_yuan(self) -> list[str]:
        """The forms of a unit with money in 元, which is shown in 万元."""
        forms = self.forms.forms.values() if self.forms else ()
        return [spec.key for spec in forms if spec.money == "元" and spec.per == "单位"]

    def to(self, sheet: str) -> str:
        """A link to a sheet of this workbook; "" where it has none of this name."""
        return internal(sheet) if sheet in self.contents else ""

    def check_name(self, check: str) -> str:
        """A check's number and what it is about: J111 专项资金分项合计."""
        return f"{check} {self._titles[check]}" if check in self._titles else check

    @cached_property
    def _titles(self) -> dict[str, str]:
        return {row.check.id: row.check.title for row in self.rules}

    def page(self, name: str, colour: str, pages: int = 1) -> Any:
        """The sheet of this name, A4 landscape and so many pages wide, pages numbered."""
        sheet = self.book.get_worksheet_by_name(name) or self.book.add_worksheet(name, row_sheet())
        sheet.set_tab_color(f"#{colour}")
        sheet.set_paper(A4)
        sheet.set_landscape()
        sheet.fit_to_pages(pages, 0)
        sheet.set_margins(left=0.3, right=0.3, top=0.4, bottom=0.5)
        sheet.center_horizontally()
        cutoff = clean(self.head.cutoff).replace("&", "&&")[:80]
        parts = (f"&L{_SMALL}{name}", f"&C{_SMALL}第 &P 页，共 &N 页", f"&R{_SMALL}数据截止：{cutoff}")
        sheet.set_footer("".join(parts))
        sheet.hide_gridlines(2)
        sheet.set_default_row(LINE + PADDING)
        return sheet


def names_in_order(facts: Sequence[UnitFacts], findings: Findings) -> list[str]:
    """The units of `facts` in their order, then others something was found about."""
    names = [unit.unit for unit in facts]
    return [*names, *sorted(findings.by_unit.keys() - set(names))]


def link_to_copy(unit: UnitFacts, file: str, sheet: str, cell: str = "A1") -> str:
    """A link to a cell of the annotated copy; "" when there is no copy."""
    path = copy_paths(unit.unit, unit.files).get(file)
    return external(path, sheet, cell) if path else ""


def internal(sheet: str, cell: str = "A1") -> str:
    """A link to a place in the same workbook."""
    return f"internal:{_quoted(sheet)}!{cell}"


def external(path: str, sheet: str = "", cell: str = "A1") -> str:
    """A link to a cell of another file, its path relative to this workbook."""
    anchor = f"#{_quoted(sheet)}!{cell}" if sheet else ""
    return f"{_EXTERNAL}{path.translate(_ESCAPES)}{anchor}"


#: what a link's path may not hold as it is; "#" would begin the anchor
_ESCAPES = {ord(c): f"%{ord(c):02x}" for c in '%# "<>[]^`{}'}


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
