"""What a unit comes to, as plain values: its figures, filled values, ties and scores.

Made by `batch.figures`; read by the checks across units and by whatever is made of a batch. Money is in 万元,
rates are fractions. A figure that is blank, an error or unreadable is None and never 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from batch.model.record import record
from batch.model.status import Verdict

Number = Decimal | None

#: lights of projects that are behind
AT_RISK = ("红灯", "黄灯")


@record(frozen=True, slots=True)
class ProjectFacts:
    """One 项目自评表. Money in 万元, rates as fractions."""

    project: str
    budget_initial: Number
    budget: Number
    spent: Number
    rate_filled: Number
    rate: Number
    score: Number
    #: the scores of all rows added up
    score_sum: Number
    satisfaction_target: str
    satisfaction: str
    #: indicators with less than their full points, and those of them without a reason
    reduced: int
    unexplained: int
    file: str
    sheet: str
    #: by the pack's rules, over the rows that have one; their points, and what was declared for them
    recomputed: Number = None
    recomputed_points: Number = None
    recomputed_declared: Number = None
    #: all points of the form together
    points: Number = None
    #: rows without a recomputed score
    not_scored: int = 0
    #: 优良中差, 待核 or 未评
    grade: str = ""

    @property
    def score_difference(self) -> Number:
        """Declared total minus the sum of its rows."""
        return None if self.score is None or self.score_sum is None else self.score - self.score_sum


@record(frozen=True, slots=True)
class DetailRow:
    """One filled value with the cell it stands in."""

    form: str
    project: str
    #: grid row, or 一级/二级/三级 of an indicator; "" for a single field
    row: str
    column: str
    #: the number as filled, rates as fractions; None for a text, and for what cannot be read
    number: Number
    #: the text; None for a number, and for what cannot be read
    text: str | None
    is_rate: bool
    #: "元", "万元", …; "" when the value is no money
    money_unit: str
    #: the money in 万元
    money: Decimal | None
    file: str
    sheet: str
    cell: str
    raw: str

    @property
    def value(self) -> Decimal | str | None:
        """The number or the text; None when it cannot be read."""
        return self.text if self.number is None else self.number


@record(frozen=True, slots=True)
class SummedValue:
    """One filled value of a form that is drawn with the sums of all units; of each form the first counts."""

    form: str
    #: 行.栏, or the name of a single field
    field: str
    #: as in DetailRow
    number: Number
    money: Number


@record(frozen=True, slots=True)
class KeptCell:
    """One filled value that checks across units look at, and where it stands."""

    #: as in DetailRow
    form: str
    project: str
    row: str
    column: str
    #: money in 万元; None when the value is not exactly a number
    number: Decimal | None
    file: str
    sheet: str
    cell: str
    raw: str


@dataclass(frozen=True, slots=True)
class LastFacts:
    """Accepted figures of the year before. Money in 万元; None where nothing was accepted."""

    total_spent: Number = None
    official_spent: Number = None
    posts: Number = None
    staff: Number = None
    score: Number = None
    grade: str = ""


@dataclass(frozen=True, slots=True)
class TieFacts:
    """One tie between forms; without a check, all ties within the forms together."""

    check: str
    verdict: Verdict
    #: which of the check's ties; -1 for all of them
    tie: int = -1
    #: both sides, money in 万元 and rates as fractions; None where one of them is not known
    left: Number = None
    right: Number = None
    #: what they count: 万元, %, 人 …
    unit: str = ""
    #: the place, how many ties ended how, or why it could not be checked
    remark: str = ""

    @property
    def difference(self) -> Number:
        """By how much the left side is more."""
        return None if self.left is None or self.right is None else self.left - self.right


@record(frozen=True, slots=True)
class MonitoringFacts:
    """One 监控表. Money in 万元, rates as fractions."""

    project: str
    budget: Number
    spent: Number
    rate_filled: Number
    rate: Number
    #: mean of the indicators whose progress is given in percent
    achieved: Number
    certain: int
    possible: int
    impossible: int
    remarks: str
    file: str
    sheet: str
    #: 红灯, 黄灯, 绿灯 or 未评, and why
    light: str = ""
    light_reason: str = ""
    #: the least rate for the period
    limit: Number = None
    #: what to look into, in words
    warnings: tuple[str, ...] = ()

    @property
    def gap(self) -> Number:
        """双监控差: progress of the goals minus progress of the money."""
        return None if self.achieved is None or self.rate is None else self.achieved - self.rate

    @property
    def at_risk(self) -> Number:
        """风险金额: what a project with a red or yellow light has not spent of its budget; 0 without one."""
        if self.light not in AT_RISK:
            return Decimal(0) if self.rate is not None else None
        return (
            None if self.budget is None or self.spent is None else max(self.budget - self.spent, Decimal(0))
        )


@record(frozen=True, slots=True)
class UnitFacts:
    """One unit: a row of 单位总表, with what belongs to it on the other sheets."""

    unit: str
    code: str
    status: str
    files: tuple[str, ...]
    errors: int
    warnings: int
    hints: int
    #: 主管部门 as the roster has it, the unit's own name when it is its own; "" when it is not on the roster
    department: str = ""
    #: causes (件) that are 错误 and 核实
    cause_errors: int = 0
    cause_warnings: int = 0
    #: 编制数, 在职人数
    posts: Number = None
    staff: Number = None
    staff_rate_filled: Number = None
    staff_rate: Number = None
    #: 整体支出: 上年决算, 年初预算, 决算
    total_before: Number = None
    total_budget: Number = None
    total_spent: Number = None
    adjustment_rate: Number = None
    #: 整体自评表: 全年预算 and 全年执行 of all sources
    funds_budget: Number = None
    funds_spent: Number = None
    funds_rate: Number = None
    basic_spent: Number = None
    project_budget: Number = None
    project_spent: Number = None
    #: 三公经费
    official_before: Number = None
    official_budget: Number = None
    official_spent: Number = None
    official_rate: Number = None
    #: 公用经费
    running_before: Number = None
    running_budget: Number = None
    running_spent: Number = None
    running_rate: Number = None
    #: 政府采购
    purchase_budget: Number = None
    purchase_spent: Number = None
    #: figures the pack shows that have no name here, by their expressions
    own: dict[str, Number] = field(default_factory=dict)
    score: Number = None
    score_sum: Number = None
    last: LastFacts | None = None
    projects: Sequence[ProjectFacts] = ()
    monitoring: Sequence[MonitoringFacts] = ()
    #: where the unit is read; from then on there are KeptDetails
    details: Sequence[DetailRow] = ()
    #: (form, sheet): where the details stand; and those that checks across units ask for
    places: tuple[tuple[str, str], ...] = ()
    asked: Sequence[KeptCell] = ()
    #: the values of the forms that the roll-up adds up
    summed: Sequence[SummedValue] = ()
    ties: Sequence[TieFacts] = ()
    #: 整体自评表 by the pack's rules, over the rows that have a score; as for projects
    recomputed: Number = None
    recomputed_points: Number = None
    recomputed_declared: Number = None
    doubtful: Number = None
    grade: str = ""
    #: 自评质量评分: (dimension, points, score; None: 未评)
    quality: tuple[tuple[str, Decimal, Number], ...] = ()
    #: what points were lost for: (dimension, check, or "" for lateness, places, points)
    quality_lost: tuple[tuple[str, str, int, Decimal], ...] = ()

    def figure(self, name: str) -> Number:
        """A figure by its name, or the expression that it is known by."""
        found: Number = self.own[name] if name in self.own else getattr(self, name, None)
        return found

    @property
    def evaluated(self) -> Decimal:
        """The outlay of all projects with a self-evaluation."""
        return sum((project.spent for project in self.projects if project.spent is not None), Decimal(0))

    @property
    def at_risk(self) -> Number:
        """What the projects with a red or yellow light have not spent; None where none can be worked out."""
        amounts = [form.at_risk for form in self.monitoring if form.at_risk is not None]
        return sum(amounts, Decimal(0)) if amounts else None

    @property
    def score_before(self) -> Number:
        """The score accepted last year."""
        return self.last.score if self.last else None

    @property
    def quality_total(self) -> Number:
        """The scores of the dimensions that are scored; None when none is."""
        scores = [score for _, _, score in self.quality if score is not None]
        return sum(scores, Decimal(0)) if scores else None

    @property
    def quality_points(self) -> Decimal:
        """The points of those dimensions."""
        return sum((points for _, points, score in self.quality if score is not None), Decimal(0))
