"""Outlay beside the budget, 预算调整与超支: what was kept and what was not, unit by unit."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal

from batch.figures.shown_figures import ControlSheet, ShownLine
from batch.model.review import kinds
from batch.model.scores import PENDING
from batch.model.unit_facts import Number, UnitFacts
from batch.rollup.parts.columns import Column
from batch.rollup.parts.context import Rollup
from batch.rollup.parts.differences import difference, growth, over, rate
from batch.rollup.parts.table import SheetTable
from batch.rollup.parts.totals import Ratio
from batch.rollup.parts.unit_rows import UnitRow, heads, marked_above, numbered, together
from batch.rollup.sheets.findings import explanation_text

ADJUSTED = "预算调整与超支"
#: category of the findings whose explanations stand on 预算调整与超支
_CATEGORY = "预算调整与超支"
_BAR = "F4B183"
#: figures of the sheet that are added up where units stand together
_SUMMED = (
    *("total_budget", "total_spent", "project_budget", "project_spent", "funds_budget", "funds_spent"),
)


def _money_columns(line: ShownLine) -> list[Column[UnitRow]]:
    """Last year, budget, outlay, change, rate of control and excess of one kind of money."""
    group = line.name

    def before(unit: UnitFacts) -> Number:
        return unit.figure(line.before)

    def budget(unit: UnitFacts) -> Number:
        return unit.figure(line.budget)

    def spent(unit: UnitFacts) -> Number:
        return unit.figure(line.spent)

    def excess(row: UnitRow) -> Number:
        return over(spent(row[1]), budget(row[1]))

    b, p, s = (f"{group} {name}" for name in ("before", "budget", "spent"))
    rising: Column[UnitRow] = Column(
        "比上年\n增减", 9.5, "rate", lambda r: growth(spent(r[1]), before(r[1])), group, Ratio(s, b, True)
    )
    last_year: Column[UnitRow] = Column("上年决算", 10, "money", lambda r: before(r[1]), group, "sum", b)
    return [
        *([last_year] if line.before else []),
        Column("本年预算", 10, "money", lambda r: budget(r[1]), group, "sum", p),
        Column("本年决算", 10, "money", lambda r: spent(r[1]), group, "sum", s),
        *([rising] if line.before else []),
        Column("控制率", 9.5, "rate", lambda r: rate(spent(r[1]), budget(r[1])), group, Ratio(s, p)),
        Column("超支额", 9.5, "money", excess, group, "sum", mark=lambda r: marked_above(excess(r))),
    ]


def write_control(rollup: Rollup, shown: ControlSheet) -> None:
    """Add a sheet with outlay beside the budget: units above it first, by how much."""
    doubted = rollup.briefing.doubted
    columns = [
        *heads(rollup),
        *(column for line in shown.lines for column in _money_columns(line)),
        Column("情况", 20, "wrap", lambda r: _control_words(r[1], shown, doubted.get(r[1].unit, ()))),
    ]
    table = SheetTable(
        rollup,
        rollup.page(shown.sheet, "8064A2"),
        f"{rollup.head.year}年度{shown.title}",
        columns,
    )
    rising = any(line.before for line in shown.lines)
    note = (
        "说明：按超支额从多到少排列；控制率＝本年决算÷本年预算；"
        f"{'比上年增减＝本年决算÷上年决算－1；' if rising else ''}超支额为决算超过预算的部分，没有超支的为0。"
        "有错误没有改、会影响预算或决算的注明“待核”。空格表示缺数，不按0计算；合计行比率只按分子、分母都有数的单位计算，"
        "超支额为各单位超支额之和，不与其他单位的结余相抵。"
    )

    def standing(unit: UnitFacts) -> tuple[Decimal, bool]:
        return -_above_budget(unit, shown), not _unsure(shown, doubted.get(unit.unit, ()))

    ranked = sorted(rollup.facts, key=standing)
    table.write(numbered(ranked), [note])


def _excesses(unit: UnitFacts, shown: ControlSheet) -> list[tuple[str, Number]]:
    """By kind of money, how much is above the budget."""
    return [(line.name, over(unit.figure(line.spent), unit.figure(line.budget))) for line in shown.lines]


def _above_budget(unit: UnitFacts, shown: ControlSheet) -> Decimal:
    """All kinds of money above the budget."""
    return sum((amount for _, amount in _excesses(unit, shown) if amount), Decimal(0))


def _control_words(unit: UnitFacts, shown: ControlSheet, doubted: Collection[str]) -> str:
    """What is above the budget, and what cannot be told: figures are missing, or 错误 may change them."""
    unsure = _unsure(shown, doubted)
    said: dict[str, list[str]] = {"超支": [], f"超支（{PENDING}）": [], "缺数": [], PENDING: []}
    for name, amount in _excesses(unit, shown):
        word = "缺数" if amount is None else "超支" if amount else ""
        if name in unsure:
            word = f"超支（{PENDING}）" if amount else word or PENDING
        if word:
            said[word].append(name)
    return "；".join(f"{'、'.join(names)}{word}" for word, names in said.items() if names) or "未超支"


def _unsure(shown: ControlSheet, doubted: Collection[str]) -> list[str]:
    return [line.name for line in shown.lines if line.spent in doubted or line.budget in doubted]


def write_adjusted(rollup: Rollup) -> None:
    """Add 预算调整与超支: by how much the outlay left the budget, the most first.

    Units that kept to it stand together in the last row, so that the total is that of all.
    """
    said, figures = _explanations(rollup), rollup.head.figures
    whole, projects, funds = map(figures.shown.group_of, ("total_budget", "project_budget", "funds_budget"))
    columns: list[Column[UnitRow]] = [
        *heads(rollup),
        Column("年初预算", 12, "money", lambda r: r[1].total_budget, whole, "sum", "budget"),
        Column("本年决算", 12, "money", lambda r: r[1].total_spent, whole, "sum", "spent"),
        Column("调整额", 12, "money", lambda r: _changed(r[1]), whole, "sum"),
        Column(
            "调整率", 11, "rate", lambda r: r[1].adjustment_rate, whole, Ratio("spent", "budget", True),
            bar=_BAR,
        ),
    ]  # fmt: skip
    if figures.has("project_budget", "project_spent"):
        columns += [
            Column("预算", 12, "money", lambda r: r[1].project_budget, projects, "sum"),
            Column("决算", 12, "money", lambda r: r[1].project_spent, projects, "sum"),
            Column(
                "超支额", 11, "money", lambda r: _project_excess(r[1]), projects, "sum",
                mark=lambda r: marked_above(_project_excess(r[1])),
            ),
        ]  # fmt: skip
    if figures.has("funds_budget", "funds_spent"):
        columns += [
            Column("全年预算", 12, "money", lambda r: r[1].funds_budget, funds, "sum"),
            Column("全年执行", 12, "money", lambda r: r[1].funds_spent, funds, "sum"),
            Column(
                "超支额", 11, "money", lambda r: _funds_excess(r[1]), funds, "sum",
                mark=lambda r: marked_above(_funds_excess(r[1])),
            ),
        ]  # fmt: skip
    columns.append(Column("单位说明", 34, "wrap", lambda r: said.get(r[1].unit, "")))
    table = SheetTable(
        rollup,
        rollup.page(ADJUSTED, "8064A2"),
        f"{rollup.head.year}年度预算调整与超支情况表",
        columns,
    )
    doubted = rollup.briefing.doubted

    def has_kept(unit: UnitFacts) -> bool:
        return _has_kept(unit) and not any(figure in _SUMMED for figure in doubted.get(unit.unit, ()))

    moved = [unit for unit in rollup.facts if not has_kept(unit)]
    moved.sort(key=lambda u: (u.adjustment_rate is None, -abs(u.adjustment_rate or Decimal(0))))
    kept = [unit for unit in rollup.facts if has_kept(unit)]
    note = (
        "说明：调整额＝本年决算－年初预算，调整率＝调整额÷年初预算，按调整率的绝对值从大到小排列，算不出的列在后面，"
        "没有调整也没有超支、又没有错误会影响这些数的合成最后一行。"
        "超支额为决算（执行）超过预算的部分，没有超支的为0；空格表示缺数，不按0计算。"
        f"单位说明取自各单位对“{_CATEGORY}”类问题的说明。"
    )
    table.write(numbered([*moved, *together(kept, "没有调整也没有超支", _SUMMED)]), [note])


def _explanations(rollup: Rollup) -> dict[str, str]:
    said: dict[str, list[str]] = {}
    for findings in rollup.findings.by_unit.values():
        if any(finding.category == _CATEGORY and finding.answer for finding in kinds(findings)):
            for finding in findings:
                if finding.category == _CATEGORY and finding.answer and finding.explanation:
                    said.setdefault(finding.unit, []).append(explanation_text(finding))
    return {unit: "；".join(dict.fromkeys(texts)) for unit, texts in said.items()}


def _has_kept(unit: UnitFacts) -> bool:
    """Whether it is known that nothing was adjusted and nothing is above the budget."""
    return unit.adjustment_rate == 0 and not _project_excess(unit) and not _funds_excess(unit)


def _changed(unit: UnitFacts) -> Number:
    return difference(unit.total_spent, unit.total_budget)


def _project_excess(unit: UnitFacts) -> Number:
    return over(unit.project_spent, unit.project_budget)


def _funds_excess(unit: UnitFacts) -> Number:
    return over(unit.funds_spent, unit.funds_budget)
