"""The things to do with their cells, as 审核结果 lists them: in the annotated copy as in the 建议稿."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from batch.model.markup import Text
from batch.model.review import Review
from batch.returns.details_sheet import STYLE, height
from batch.returns.explanation_sheet import cause_rows
from batch.returns.round_heading import DETAILS_SHEET, EXPLANATIONS_SHEET
from batch.returns.things import Step, Thing, Things, steps_of

#: widths of the columns, and their letters
WIDTHS = [6.0, 30.0, 24.0, 24.0, 50.0, 20.0]
_COLUMNS = "ABCDEF"
LOWEST = 20.0
#: cells of one thing that get a line each, and on one sheet those that are only named
_TYPED, _NAMED = 12, 30
#: characters of what was filled in that are repeated
_FILLED = 40


@dataclass(slots=True)
class ResultsPage:
    """Rows of the sheet while it is written, from the top."""

    rows: list[list[Text | None]] = field(default_factory=list)
    #: in points, 0 where nothing is said of it
    heights: list[float] = field(default_factory=list)
    #: merged cells: the row, and the first and the last column, all from 1
    merged: list[tuple[int, int, int]] = field(default_factory=list)
    #: rows from this one on are folded away; 0 for none
    folded: int = 0

    def row(self, cells: list[Text | None], points: float, *merged: int) -> None:
        """A row. `merged`: the first and the last column of cells that are one."""
        self.rows.append(cells)
        self.heights.append(points)
        if merged:
            self.merged.append((len(self.rows), merged[0], merged[1]))

    def across(self, text: Text, points: float = 0.0) -> None:
        """A line over all columns."""
        self.row([text], points or height([text], [sum(WIDTHS)]), 1, len(WIDTHS))

    def labelled(self, label: str, text: Text) -> None:
        """A line with a label before it."""
        self.row([Text(label, "label"), text], height([text], [sum(WIDTHS[1:])]), 2, len(WIDTHS))

    def add(self, below: ResultsPage) -> None:
        """The rows of another page below these."""
        above = len(self.rows)
        self.rows += below.rows
        self.heights += below.heights
        self.merged += [(above + row, first, last) for row, first, last in below.merged]
        self.folded = above + below.folded if below.folded else 0

    @property
    def merges(self) -> list[str]:
        """The merged areas."""
        return [f"{_COLUMNS[first - 1]}{row}:{_COLUMNS[last - 1]}{row}" for row, first, last in self.merged]


def things_page(review: Review, file: str, tabs: Mapping[str, str] | None = None) -> ResultsPage:
    """What is to be done in one file of a unit, to be explained, and to be read or not.

    Cells in other files of the same unit are named with the file instead of a link. `tabs` gives the sheets'
    names in the copy where they had to be changed.
    """
    things = Things.of(review.causes)
    page, lines = ResultsPage(), _Lines(file, tabs or {}, cause_rows(review, file))
    if things.to_do:
        page.across(Text(f"要做的{len(things.to_do)}件，重的在前", "label"), LOWEST)
        lines.add(page, things.to_do)
    if things.to_explain:
        page.across(Text(f"要说明的{len(things.to_explain)}件：改正，或写明原因", "label"), LOWEST)
        lines.add(page, things.to_explain)
    if not things.to_do and not things.to_explain:
        page.across(Text("没有需要改正或说明的问题。", "body"), LOWEST)
    if things.optional:
        told = f"可看可不看{len(things.optional)}件：供参考，不用处理（点左边的“+”展开）"
        page.across(Text(told, "label"), LOWEST)
        page.folded = len(page.rows) + 1
        lines.add(page, things.optional, folded=True)
    return page


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of things in one file."""

    file: str
    tabs: Mapping[str, str]
    #: on which row of 说明填写 a cause is explained
    explained: Mapping[str, int]

    def add(self, page: ResultsPage, things: Iterable[Thing], *, folded: bool = False) -> None:
        """Things, each with its sentence and its cells; of a folded one the first cell only."""
        for thing in things:
            steps = steps_of(thing.cause)
            typed = [step for step in steps if step.to][: 0 if folded else _TYPED]
            seen = [step for step in steps if not step.to]
            more = 0 if folded else len(steps) - len(typed) - len(seen)
            _sentence(page, thing, more)
            lines = [self._typed(step) for step in typed]
            lines += [self._seen(alike) for alike in _by_sheet(seen[:1] if folded else seen)]
            if thing.cause.id in self.explained and not folded:
                place = (EXPLANATIONS_SHEET, f"G{self.explained[thing.cause.id]}")
                lines = lines or [_blank()]
                lines[0][5] = Text("去写说明", "link", place)
            for line in lines:
                _line(page, line)

    def _typed(self, step: Step) -> list[Text | None]:
        row = _blank()
        row[1] = self._place(step)
        row[2:5] = Text(_short(step.was), "number"), Text(step.to, "number"), Text(step.label, "body")
        return row

    def _seen(self, steps: Sequence[Step]) -> list[Text | None]:
        """Cells of one sheet to be looked at: a link to the first, the others named."""
        row = _blank()
        row[1] = self._place(steps[0])
        others = [step.cell for step in steps[1:]]
        if others:
            count = f"等{len(others)}格" if len(others) > _NAMED else ""
            row[2:5] = Text(f"还有{'、'.join(others[:_NAMED])}{count}", "body"), None, None
        return row

    def _place(self, step: Step) -> Text:
        if step.file != self.file:
            return Text(f"{step.place}\n（{step.file.rpartition('/')[2]}）", "body")
        return Text(step.place, "link", (self.tabs.get(step.sheet, step.sheet), step.cell))


def _sentence(page: ResultsPage, thing: Thing, more: int) -> None:
    cause = thing.cause
    told = f"{cause.text}（另有{more}格，见“{DETAILS_SHEET}”）" if more else cause.text
    settles = thing.settles + (f"\n涉及{cause.amount:,.2f}万元" if cause.amount else "")
    number, text = Text(str(thing.number), STYLE[cause.severity]), Text(told, "body")
    points = max(LOWEST, height([text, Text(settles)], [sum(WIDTHS[1:5]), WIDTHS[5]]))
    page.row([number, text, None, None, None, Text(settles, "body")], points, 2, 5)


def _line(page: ResultsPage, line: list[Text | None]) -> None:
    """A line of cells; what is told of several cells stands over three columns."""
    if line[3] is None:
        widths = [*WIDTHS[:2], sum(WIDTHS[2:5]), 0.0, 0.0, WIDTHS[5]]
        page.row(line, max(LOWEST, height(line, widths)), 3, 5)
    else:
        page.row(line, max(LOWEST, height(line, WIDTHS)))


def _by_sheet(steps: Sequence[Step]) -> list[list[Step]]:
    found: dict[tuple[str, str], list[Step]] = {}
    for step in steps:
        found.setdefault((step.file, step.sheet), []).append(step)
    return [*found.values()]


def _blank() -> list[Text | None]:
    return [Text() for _ in WIDTHS]


def _short(text: str) -> str:
    """The beginning of a long text: the cell itself holds the rest."""
    return text if len(text) <= _FILLED else f"{text[: _FILLED - 1]}…"
