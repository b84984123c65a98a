"""Which figures 汇总.xlsx shows, and which sheets it has: [rollup] of outputs.toml, checked when it loads.

A figure is one of figures.toml by its name, or an expression over the forms. What rests on a figure that the
pack does not have is not shown. A pack that says nothing shows the sums of money its forms have on top.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from batch.checks.engine.check_words import is_word
from batch.config.entries import RuleMistakes
from batch.config.expression import ExpressionError, Node, names, parse_expression
from batch.config.pack_files import OUTPUTS
from batch.config.rulebook import Rulebook
from batch.config.schema import unknown
from batch.figures.rollup_keys import RollupKeys
from batch.figures.summed_fields import summed_fields
from batch.forms.spec.spec import PackForms

_WIDTHS = {"money": 13.0, "count": 8.0, "rate": 9.0}
#: sheets of the books that are always there, and those a pack may do without
ALWAYS = ("首页", "单位总表", "目录", "图表数据")
OPTIONAL = (
    *("得分排名与等次", "项目自评汇总", "执行监控预警", "预算调整与超支", "未报与催报"),
    *("件清单", "问题清单", "勾稽核对表", "核实说明台账", "问题分类统计", "部门问题统计", "本次变化"),
    *("与上年对比", "抽查建议名单", "自评质量评分", "口径与规则", "明细数据"),
)
#: how much 首页 has room for
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A figure as a column of 单位总表."""

    figure: str
    title: str
    group: str = ""
    #: money, count or rate
    kind: str = "money"
    #: of a rate: the figures it is made of, minus 1 for a growth rate; their sums give that of all units
    over: str = ""
    under: str = ""
    growth: bool = False
    width: float = 13.0
    #: its total is known in the workbook as 合计_<name>
    name: str = ""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One kind of money: this year's outlay, its budget, last year's outlay; "" for what there is not."""

    name: str
    spent: str
    budget: str = ""
    before: str = ""

    @property
    def compared(self) -> bool:
        """Whether there is something to set the outlay beside."""
        return bool(self.budget or self.before)

    @property
    def outlay(self) -> str:
        """What its outlay is called: 整体支出决算."""
        return f"{self.name}决算" if self.compared else self.name


@dataclass(frozen=True, slots=True)
class ControlSheet:
    """A sheet with outlay beside the budget, unit by unit."""

    sheet: str
    title: str
    lines: tuple[ShownLine, ...]


@dataclass(frozen=True, slots=True)
class StaffSheet:
    """A sheet with people beside the posts there are for them, unit by unit."""

    sheet: str
    title: str
    #: 编制数, 在职人数, and what the second is more than the first
    posts: str
    staff: str
    excess: str
    #: what it is called when there are more: 超编
    over: str
    #: above the numbers, and above their rates
    group: str
    rate: str


@dataclass(frozen=True, slots=True)
class SumSheet:
    """A form that is drawn with the sums of all units."""

    form: str
    sheet: str
    #: by entry of the form, the text that stands there
    fill: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShownFigures:
    """What of a unit's figures the books show."""

    columns: tuple[ShownColumn, ...] = ()
    #: the whole outlay first
    lines: tuple[ShownLine, ...] = ()
    controls: tuple[ControlSheet, ...] = ()
    #: None where the pack does not count people and posts
    staff: StaffSheet | None = None
    sums: tuple[SumSheet, ...] = ()
    #: sheets the pack does not want
    without: frozenset[str] = frozenset()
    #: figures that are expressions of [rollup] itself, by their text
    own: Mapping[str, Node] = field(default_factory=dict)

    def group_of(self, figure: str) -> str:
        """What stands above a figure on 单位总表; "" where it is not shown."""
        return next((column.group for column in self.columns if column.figure == figure), "")

    @property
    def main(self) -> ShownLine | None:
        """The money that units are weighed by."""
        return self.lines[0] if self.lines else None


def shown_figures(
    book: Rulebook, forms: PackForms, has: Mapping[str, bool], noted: RuleMistakes
) -> ShownFigures:
    """What [rollup] says. `has`: by name of a figure, whether the pack has it."""
    keys = RollupKeys()
    if OUTPUTS in book.files and "rollup" in book.files[OUTPUTS].data:
        keys = book.tables(OUTPUTS, RollupKeys, noted, "rollup")
    reader = _Reader(book, forms, has, noted)
    reader.sheets(keys)
    columns = list(reader.columns(keys))
    lines = list(reader.lines(keys))
    by_name = {line.name: line for line in lines}
    controls = list(reader.controls(keys, by_name))
    sums = list(reader.sums(keys))
    if not columns:
        on_top = summed_fields(forms)
        columns = [ShownColumn(reader.own_figure(one.figure), one.title, one.group) for one in on_top]
    if not lines:
        money = [column for column in columns if column.kind == "money" and not column.over]
        names = ("·".join(filter(None, (c.group, c.title.replace("\n", "")))) for c in money[:_MOST_LINES])
        lines = [ShownLine(name, column.figure) for name, column in zip(names, money, strict=False)]
    counted = keys.staff is not None and has["posts"] and has["staff"]
    staff = StaffSheet(**msgspec.structs.asdict(keys.staff)) if keys.staff and counted else None
    shown = tuple(columns), tuple(lines), tuple(controls), staff, tuple(sums)
    return ShownFigures(*shown, frozenset(keys.without), reader.own)


@dataclass(slots=True)
class _Reader:
    """Reads the parts of [rollup] and notes what is wrong in them."""

    book: Rulebook
    forms: PackForms
    has: Mapping[str, bool]
    noted: RuleMistakes
    own: dict[str, Node] = field(default_factory=dict)

    def own_figure(self, text: str) -> str:
        """An expression as a figure of its own. Raises ExpressionError."""
        self.own[text] = parse_expression(text)
        return text

    def _figure(self, text: str, *where: str | int) -> str:
        """A figure the pack has, or an expression; "" for one it does not have."""
        if text in self.has:
            return text if self.has[text] else ""
        try:
            words = names(parse_expression(text))
            wrong = [word for word in words if not is_word(word, "", self.forms)]
            if not words or wrong:
                said = f"“{wrong[0] if wrong else text}”不是 figures.toml 里的数，也不是“表.行.栏”"
                raise ExpressionError(f"{said}；{unknown(text, self.has)}" if "." not in text else said)
            return self.own_figure(text)
        except ExpressionError as error:
            self._wrong(str(error), *where)
            return ""

    def _wrong(self, message: str, *where: str | int) -> None:
        self.noted.found += self.book.error(OUTPUTS, ("rollup", *where), message).mistakes

    def sheets(self, keys: RollupKeys) -> None:
        """Note names of sheets that mean nothing or are taken."""
        named: list[tuple[tuple[str | int, ...], str]]
        named = [(("control", n), one.sheet) for n, one in enumerate(keys.control)]
        named += [(("staff",), keys.staff.sheet)] if keys.staff else []
        named += [(("sum", n), one.sheet) for n, one in enumerate(keys.sum)]
        optional = [*OPTIONAL, *(name for _, name in named)]
        for n, name in enumerate(keys.without):
            if name not in optional:
                self._wrong(unknown(name, optional, "没有可以不要的表"), "without", n)
        taken = {*ALWAYS, *OPTIONAL}
        for part, name in named:
            if name in taken:
                self._wrong(f"已经有叫“{name}”的表页，请另起一个名称", *part, "sheet")
            taken.add(name)

    def columns(self, keys: RollupKeys) -> Iterator[ShownColumn]:
        """The columns of 单位总表 that the pack has the figures of."""
        found = {n: self._figure(one.figure, "column", n, "figure") for n, one in enumerate(keys.column)}
        there = {figure for figure in found.values() if figure}
        asked = {one.figure for one in keys.column}
        for n, one in enumerate(keys.column):
            for key in ("over", "under"):
                part = getattr(one, key)
                if part and part not in asked:
                    self._wrong(f"“{part}”不是这里的一栏", "column", n, key)
            if bool(one.over) != bool(one.under):
                self._wrong("over 和 under 要一起写", "column", n, "over" if one.over else "under")
            if found[n]:
                parts = (one.over, one.under) if {one.over, one.under} <= there else ("", "")
                width = one.width or _WIDTHS[one.kind]
                yield ShownColumn(
                    found[n], one.title, one.group, one.kind, *parts, one.growth, width, one.name
                )

    def lines(self, keys: RollupKeys) -> Iterator[ShownLine]:
        """The money of 首页 that the pack has."""
        for n, one in enumerate(keys.line):
            said = {
                key: self._figure(text, "line", n, key) if (text := getattr(one, key)) else ""
                for key in ("spent", "budget", "before")
            }
            if said["spent"]:
                yield ShownLine(one.name, **said)

    def controls(self, keys: RollupKeys, lines: Mapping[str, ShownLine]) -> Iterator[ControlSheet]:
        """The sheets with outlay beside the budget, with those lines the pack has."""
        said = [one.name for one in keys.line]
        for n, one in enumerate(keys.control):
            for place, name in enumerate(one.lines):
                if name not in said:
                    self._wrong(unknown(name, said, "没有这一行："), "control", n, "lines", place)
            kept = tuple(lines[name] for name in one.lines if name in lines and lines[name].budget)
            if kept:
                yield ControlSheet(one.sheet, one.title, kept)

    def sums(self, keys: RollupKeys) -> Iterator[SumSheet]:
        """The forms that are drawn with sums."""
        for n, one in enumerate(keys.sum):
            spec = self.forms.forms.get(one.form)
            if spec is None:
                self._wrong(unknown(one.form, self.forms.forms, "没有这张表："), "sum", n, "form")
            elif not spec.is_issued:
                self._wrong(f"“{one.form}”没有表样（[template]），画不出来", "sum", n, "form")
            else:
                yield SumSheet(one.form, one.sheet, one.fill)
