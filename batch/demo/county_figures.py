"""Figures of made-up units that all agree: the template filled in by somebody who makes no mistakes."""

from __future__ import annotations

import random
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from batch.config.rulebook import load_rulebook
from batch.forms.spec.labels import weight
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import PackForms
from batch.forms.template.drawn_form import DrawnLayout
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import Page

Fill = dict[str, str | Decimal]
Money = dict[str, Decimal]

PACK = "hunan-2020"
#: 三级指标, 年度指标值, 1-6月, 全年 — of a project's indicators, in the order of the form
INDICATORS = (
    ("{output}", "≥{n}{measure}", "{half}{measure}", "{n}{measure}"),
    ("验收合格率", "100%", "100%", "100%"),
    ("按期办结率", "100%", "100%", "100%"),
    ("项目预算控制率", "≤100%", "{rate}", "100%"),
    ("降低重复采购支出", "≥5%", "3%", "6%"),
    ("{served}", "≥{people}人次", "{half_people}人次", "{people}人次"),
    ("办公耗材用量降低", "≥3%", "2%", "3.5%"),
    ("设施完好率", "≥98%", "99%", "99%"),
    ("服务对象满意度", "≥95%", "96%", "97%"),
)
_ZERO = Decimal("0.00")


@cache
def demo_pack() -> PackForms:
    """The forms of the pack the figures are made for."""
    return load_forms(load_rulebook(PACK))


@cache
def layout(form: str) -> DrawnLayout:
    """Where everything stands on the template."""
    return lay_out(demo_pack().forms[form], demo_pack(), demo_pack().year)


@dataclass(frozen=True)
class Work:
    """What a project is about, in words."""

    name: str
    #: what is counted as its output, in what, and whom it serves
    output: str = "举办业务培训"
    measure: str = "次"
    served: str = "服务群众人次"
    goal: str = "完成{name}年度任务，保障各项业务正常开展。"
    done: str = "{name}年度任务全部完成。"


@dataclass(frozen=True)
class DemoUnit:
    """A unit in words; its figures follow from `seed`."""

    name: str
    works: tuple[Work, ...]
    seed: int = 0
    superior: str = "县人民政府办公室"
    thrift: str = "从严控制公务接待，车辆定点维修；办公用品统一采购、按需领用。"
    goal: str = "保障机构正常运转，完成全年重点工作。"
    done: str = "1.机构运转正常，人员和公用经费按时足额保障。2.年初确定的重点工作全部按期完成。"


@dataclass(frozen=True)
class Project:
    """One project: money in 万元, all of it spent by the end of the year."""

    work: Work
    budget: Decimal
    other: Decimal
    halfway: Decimal
    times: int
    people: int

    def shares(self, amount: Decimal) -> tuple[Decimal, Decimal]:
        """An amount by source: 财政拨款 and 其他资金."""
        other = _cents(amount * self.other / self.budget)
        return amount - other, other

    def texts(self) -> list[tuple[str, ...]]:
        """Its indicators with what was aimed at, reached by June and reached in the year."""
        words = {
            "output": self.work.output,
            "measure": self.work.measure,
            "served": self.work.served,
            "n": self.times,
            "half": self.times // 2,
            "people": self.people,
            "half_people": self.people // 2,
            "rate": _percent(self.halfway / self.budget),
        }
        return [tuple(text.format(**words) for text in row) for row in INDICATORS]


def pages_of(unit: DemoUnit) -> list[Page]:
    """The forms of a unit without a mistake, as `template_bytes` takes them."""
    chance = random.Random(unit.seed)  # noqa: S311 - figures, no secrets
    own = [_project(chance, work) for work in unit.works]
    money, staff = _basic(chance, own), _staff(chance)
    words = {"填报单位": unit.name, "厉行节约保障措施": unit.thrift}
    return [
        Page("基础数据表", {**words, **money, **staff}),
        *(Page("监控表", _monitoring(chance, unit, project)) for project in own),
        *(Page("项目自评表", _evaluation(unit, project)) for project in own),
        Page("整体自评表", _whole(unit, own, money, staff)),
    ]


def _money(chance: random.Random, low: int, high: int) -> Decimal:
    return Decimal(chance.randint(low * 100, high * 100)) / 100


def _part(chance: random.Random, amount: Decimal, low: int, high: int) -> Decimal:
    """So many per cent of an amount, to the cent."""
    return _cents(amount * chance.randint(low, high) / 100)


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).quantize(Decimal('0.01'))}%"


def _project(chance: random.Random, work: Work) -> Project:
    budget = _money(chance, 80, 400)
    other = chance.choice([_ZERO, _part(chance, budget, 5, 20)])
    return Project(
        work=work,
        budget=budget,
        other=other,
        halfway=_part(chance, budget, 58, 64),
        times=2 * chance.randint(3, 9),
        people=200 * chance.randint(5, 40),
    )


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _basic(chance: random.Random, projects: list[Project]) -> Money:
    """The money of 基础数据表 in 万元: last year a little less, this year as budgeted."""
    base = {
        "公用经费": _money(chance, 30, 60),
        "人员经费": _money(chance, 300, 600),
        "公车运行维护": _money(chance, 3, 8),
        "公务接待": _money(chance, 1, 4),
    }
    last_year = Decimal(chance.randint(92, 99)) / 100
    money: Money = {}
    for column, share, frugal in (
        ("上年决算", last_year, Decimal(1)),
        ("本年预算", Decimal(1), Decimal("0.95")),
        ("本年决算", Decimal(1), Decimal("0.90")),
    ):
        amounts = [_cents(p.budget * share) for p in projects]
        public = _cents(base["公用经费"] * share)
        rows = {
            "公车购置": _ZERO,
            "公车运行维护": _cents(base["公车运行维护"] * frugal),
            "出国经费": _ZERO,
            "公务接待": _cents(base["公务接待"] * frugal),
            "业务工作专项": sum(amounts[:2], _ZERO),
            "运行维护专项": sum(amounts[2:], _ZERO),
            "公用经费": public,
            "办公经费": _cents(public * Decimal("0.4")),
            "水电差旅费": _cents(public * Decimal("0.3")),
            "会议培训费": _cents(public * Decimal("0.1")),
            "政府采购": _cents(base["公用经费"] * 2 * share),
            "整体支出": _cents(base["人员经费"] * share) + public + sum(amounts, _ZERO),
        }
        money |= {f"{row}.{column}": amount for row, amount in rows.items()}
    return money


def _staff(chance: random.Random) -> Money:
    posts = chance.randint(20, 60)
    return {"编制数": Decimal(posts), "在职人数": Decimal(posts - chance.randint(0, 3))}


def _monitoring(chance: random.Random, unit: DemoUnit, project: Project) -> Fill:
    fill: Fill = {
        "项目名称": project.work.name,
        "主管部门": f"{unit.superior}（代码{chance.randint(101, 199)}001）",
        "实施单位": unit.name,
        "年度总体目标": project.work.goal.format(name=project.work.name),
        "填报人": "办公室",
        "单位负责人": "分管负责人",
    }
    for column, amount in (
        ("年初预算数", project.budget),
        ("期间执行数", project.halfway),
        ("全年预计执行数", project.budget),
    ):
        fill[f"一般公共预算拨款.{column}"], fill[f"其他资金.{column}"] = project.shares(amount)
    for path, texts in zip(_items("监控表"), project.texts(), strict=True):
        names = ("三级指标", "年度指标值", "期间执行情况", "全年预计完成情况")
        fill |= {f"{path}.{column}": text for column, text in zip(names, texts, strict=True)}
        fill[f"{path}.确定能"] = "√"
    return fill


def _evaluation(unit: DemoUnit, project: Project) -> Fill:
    done = project.work.done.format(name=project.work.name)
    fill: Fill = {
        "项目名称": project.work.name,
        "主管部门": unit.superior,
        "实施单位": unit.name,
        "预期目标": project.work.goal.format(name=project.work.name),
        "实际完成情况": f"{done}向服务对象发放问卷100份，收回98份，满意度97%。",
    }
    amounts = (("年初预算数", project.budget), ("全年预算数", project.budget), ("全年执行数", project.budget))
    for column, amount in amounts:
        fill[f"财政拨款.{column}"], fill[f"其他资金.{column}"] = project.shares(amount)
        fill[f"上年结转.{column}"] = _ZERO
    for path, (text, target, _, actual) in zip(_items("项目自评表"), project.texts(), strict=True):
        points = layout("项目自评表").slots[f"{path}.分值"].preset
        assert isinstance(points, Decimal)
        fill |= {f"{path}.三级指标": text, f"{path}.年度指标值": target, f"{path}.完成值": actual}
        fill[f"{path}.得分"] = points
    return fill


def _whole(unit: DemoUnit, projects: list[Project], money: Money, staff: Money) -> Fill:
    """整体自评表 in 元, from 基础数据表 in 万元."""
    fill: Fill = {
        "单位名称": unit.name,
        "年初设定目标": unit.goal,
        "全年完成情况": unit.done,
    }
    other = sum((p.shares(p.budget)[1] for p in projects), _ZERO)
    for column, own in (("全年预算数", "本年预算"), ("全年执行数", "本年决算")):
        whole = money[f"整体支出.{own}"]
        project = money[f"业务工作专项.{own}"] + money[f"运行维护专项.{own}"]
        sources = {"财政拨款": whole - other, "其他资金": other}
        uses = {"基本支出": whole - project, "项目支出": project}
        fill |= {f"{row}.{column}": amount * 10000 for row, amount in (sources | uses).items()}
    known = _known_values(money, staff)
    slots = layout("整体自评表").slots
    for path in _items("整体自评表"):
        last = path.rpartition("/")[2]
        target, actual = known.get(last, ("100%", "100%"))
        third = slots[f"{path}.三级指标"]
        if not third.printed:
            fill[third.name] = f"{last}完成情况"
        label = third if third.printed else slots[f"{path}.二级指标"]
        points = weight(str(label.preset))
        assert points is not None
        fill |= {f"{path}.年度指标值": target, f"{path}.完成值": actual, f"{path}.得分": points}
    return fill


def _known_values(money: Money, staff: Money) -> dict[str, tuple[str, str]]:
    """Target and result of the indicators that follow from 基础数据表, and of some that do not."""
    spent, budget = money["整体支出.本年决算"], money["整体支出.本年预算"]
    receptions = [
        money[f"公车运行维护.{column}"] + money[f"公务接待.{column}"] for column in ("上年决算", "本年预算")
    ]
    # last year's budget, which no form holds, was 2 % above last year's outlay
    change = receptions[1] / (receptions[0] * Decimal("1.02")) - 1
    bought = money["政府采购.本年决算"] / money["政府采购.本年预算"]
    return {
        "在职人员控制率": ("≤100%", _percent(staff["在职人数"] / staff["编制数"])),
        '"三公经费"变动率': ("≤0%", _percent(change)),
        "支出经费控制率": ("≤100%", _percent(spent / budget)),
        "资金使用合规性": ("合规", "达标"),
        "整体绩效支出总量增长率": ("≤15%", _percent(spent / money["整体支出.上年决算"] - 1)),
        "政府采购、购买服务执行情况": ("≥95%", _percent(bought)),
        "整体绩效支出完成率": ("≥95%", _percent(spent / budget)),
        "经济效益指标": ("≥5%", "6%"),
        "社会效益指标": ("≥98%", "99%"),
        "满意度指标": ("≥95%", "97%"),
    }


def _items(form: str) -> list[str]:
    """The indicators printed on a form, by the path in their slots' names."""
    names = [slot.name for slot in layout(form).slots.values() if slot.part == "item"]
    return list(dict.fromkeys(name.rpartition(".")[0] for name in names if name.endswith(".年度指标值")))
