"""A county made up in Python: units with all four forms, reviews with findings, as the chain gives them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from batch.config.rulebook import load_rulebook
from batch.figures.facts import facts_of
from batch.forms.spec.keys import PROJECT
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import PackForms
from batch.model.book import column_letters
from batch.model.form import Item, State, Submission, Table, Value
from batch.model.review import Finding, Review
from batch.model.status import Severity, Verdict
from batch.model.unit_facts import UnitFacts
from batch.rollup.rollup import RollupHead
from tests.paper import rules

BUREAUS = [
    *("教育局", "卫生健康局", "交通运输局", "农业农村局", "水利局", "民政局", "文化旅游广电体育局", "林业局"),
    *("市场监督管理局", "应急管理局", "自然资源局", "数据资源中心"),
]


@dataclass
class County:
    """What a night knows before it writes its outputs."""

    submissions: list[Submission] = field(default_factory=list)
    reviews: list[Review] = field(default_factory=list)
    facts: list[UnitFacts] = field(default_factory=list)
    unprocessed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def findings(self) -> list[Finding]:
        return [finding for review in self.reviews for finding in review.findings]


def number(text: str, unit: str, sheet: str, ref: str, *, kind: str = "number") -> Value:
    """A filled number; "" is a blank cell, "#…" an error, "/" a placeholder."""
    if text == "":
        return Value(State.BLANK, sheet=sheet, ref=ref)
    if text.startswith("#"):
        return Value(State.ERROR, text, sheet=sheet, ref=ref)
    if text == "/":
        return Value(State.PLACEHOLDER, text, unit=unit, kind="placeholder", sheet=sheet, ref=ref)
    if text.endswith("%"):
        share = Decimal(text[:-1]) / 100
        return Value(State.FILLED, text, number=share, unit="%", kind="percent", sheet=sheet, ref=ref)
    return Value(State.FILLED, text, number=Decimal(text), unit=unit, kind=kind, sheet=sheet, ref=ref)


def words(text: str, sheet: str, ref: str) -> Value:
    """A filled text."""
    state = State.FILLED if text else State.BLANK
    return Value(state, text, kind="text" if text else "", sheet=sheet, ref=ref)


class Maker:
    """Builds the tables of one unit; keyword arguments replace single values."""

    def __init__(self, unit: str, file: str) -> None:
        self.unit, self.file = unit, file

    def basic(self, **own: str) -> Table:
        sheet = "基础数据表"
        table = Table(sheet, self.file, sheet, "部门整体支出绩效自评基础数据表", "A1", money_unit="万元")
        single = {"编制数": "15", "在职人数": "13", "控制率": "86.67%"}
        for n, (name, text) in enumerate((single | pick(own, single)).items()):
            unit = "%" if name == "控制率" else "人"
            table.fields[name] = number(text, unit, sheet, f"{column_letters(2 + n)}4")
        rows = {
            "三公经费": "1.86 2 0.95", "项目支出": "634.13 478.24 949.97", "公用经费": "9 10 18.76",
            "政府采购": "405 420 450.16", "整体支出": "779.6 627.25 1112.5",
        }  # fmt: skip
        for r, (row, texts) in enumerate((rows | pick(own, rows)).items()):
            for c, (column, text) in enumerate(
                zip(("上年决算", "本年预算", "本年决算"), texts.split(" "), strict=True)
            ):
                ref = f"{column_letters(2 + c)}{6 + r}"
                table.fields[f"{row}.{column}"] = number(text, "万元", sheet, ref)
        measures = own.get("厉行节约保障措施", "公务用车定点维修，办公用品集中采购。")
        table.fields["填报单位"] = words(self.unit, sheet, "A2")
        table.fields["厉行节约保障措施"] = words(measures, sheet, "B21")
        return table

    def overall(self, **own: str) -> Table:
        sheet = "整体自评表"
        table = Table(sheet, self.file, sheet, "2020年部门整体支出绩效自评表", "A1", 2020, "元")
        rows = {
            "财政拨款": "6272512 11124990.85 177.36%", "其他资金": "0 0 /",
            "基本支出": "1490112 1625312 109.07%", "项目支出": "4782400 9499678.85 198.64%",
        }  # fmt: skip
        for r, (row, texts) in enumerate((rows | pick(own, rows)).items()):
            for c, (column, text) in enumerate(
                zip(("全年预算数", "全年执行数", "执行率"), texts.split(" "), strict=True)
            ):
                unit = "%" if column == "执行率" else "元"
                table.fields[f"{row}.{column}"] = number(text, unit, sheet, f"{column_letters(5 + c)}{4 + r}")
        scores = own.get("得分", "29 25 42").split(" ")
        for n, (heading, score) in enumerate(zip(("投入管理", "产出指标", "效益指标"), scores, strict=True)):
            path = (heading, f"{heading}二级", "")
            values = {
                "一级指标": words(heading, sheet, f"A{12 + n}"),
                "二级指标": words(path[1], sheet, f"C{12 + n}"),
                "完成值": number("100%", "%", sheet, f"F{12 + n}"),
                "得分": number(score, "分", sheet, f"G{12 + n}"),
            }
            table.items.append(Item(12 + n, path, values, list_name="分解目标自评"))
        table.totals["得分"] = number(own.get("总分", "96"), "分", sheet, "G34")
        return table

    def project(self, name: str, **own: str) -> Table:
        sheet = own.get("表页", "项目自评表")
        table = Table("项目自评表", self.file, sheet, "2020年项目支出绩效自评表", "A1", 2020, "万元")
        table.project_field = PROJECT
        table.fields["项目名称"] = words(name, sheet, "C2")
        funds = {
            "年初预算数": "403",
            "全年预算数": "403",
            "全年执行数": "403",
            "分值": "10",
            "执行率": "100.00%",
            "得分": "10",
        }
        for c, (column, text) in enumerate((funds | pick(own, funds)).items()):
            unit = {"分值": "分", "得分": "分", "执行率": "%"}.get(column, "万元")
            table.fields[f"年度资金总额.{column}"] = number(text, unit, sheet, f"{column_letters(4 + c)}5")
        scores = own.get("指标得分", "50 27 9").split(" ")
        rows = (
            ("产出指标", "数量指标", "带宽总量", "100%", "100%", "50"),
            ("效益指标", "社会效益指标", "保障网上办公", "保障正常运行", "正常", "30"),
            ("满意度指标", "服务对象满意度指标", "群众满意度", "≥95%", "93%", "10"),
        )
        for n, ((first, second, third, target, actual, points), score) in enumerate(
            zip(rows, scores, strict=True)
        ):
            row = 12 + n
            values = {
                "一级指标": words(first, sheet, f"B{row}"),
                "二级指标": words(second, sheet, f"C{row}"),
                "三级指标": words(third, sheet, f"D{row}"),
                "年度指标值": words(target, sheet, f"E{row}"),
                "完成值": words(actual, sheet, f"F{row}"),
                "分值": number(points, "分", sheet, f"G{row}"),
                "得分": number(score, "分", sheet, f"H{row}"),
                "偏差原因": words(own.get("偏差原因", "") if n == 1 else "", sheet, f"I{row}"),
            }
            table.items.append(Item(row, (first, second, third), values, list_name="绩效指标"))
        table.totals["得分"] = number(own.get("总分", "96"), "分", sheet, "H21")
        return table

    def monitoring(self, name: str, **own: str) -> Table:
        sheet = own.get("表页", "监控表")
        table = Table("监控表", self.file, sheet, "2020年项目支出绩效目标执行监控表", "A1", 2020, "万元")
        table.project_field = PROJECT
        table.fields["项目名称"] = words(name, sheet, "C2")
        funds = {"年初预算数": "32.68", "期间执行数": "0", "期间执行率": "0%", "全年预计执行数": "32.68"}
        for c, (column, text) in enumerate((funds | pick(own, funds)).items()):
            unit = "%" if column == "期间执行率" else "万元"
            table.fields[f"年度资金总额.{column}"] = number(
                text, unit, sheet, f"{column_letters(5 + 3 * c)}5"
            )
        for n, done in enumerate(own.get("执行情况", "100% 80%").split(" ")):
            possible = own.get("可能性", "确定能")
            values = {
                "三级指标": words(f"指标{n + 1}", sheet, f"D{11 + n}"),
                "期间执行情况": number(done, "", sheet, f"F{11 + n}"),
                "备注": words(own.get("备注", ""), sheet, f"Q{11 + n}"),
                possible: Value(
                    State.FILLED, "√", number=Decimal(1), kind="tick", sheet=sheet, ref=f"N{11 + n}"
                ),
            }
            path = ("产出指标", "数量指标", f"指标{n + 1}")
            table.items.append(Item(11 + n, path, values, list_name="绩效指标"))
        return table


def pick(own: dict[str, str], names: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in own.items() if name in names}


def finding(unit: str, file: str, check: str, severity: Severity, **own: str) -> Finding:
    """One finding; `cell=""` for one about something missing."""
    sheet = own.get("sheet", "基础数据表")
    return Finding(
        unit=unit,
        file=file,
        sheet=sheet,
        cell=own.get("cell", "D4") or None,
        check=check,
        title=own.get("title", "控制率与在职人数、编制数不符"),
        severity=severity,
        form=own.get("form", sheet),
        field=own.get("field", "控制率"),
        message=own.get("message", "控制率填100%，按在职人数÷编制数（13÷15）应为86.67%。"),
        fix=own.get("fix", "按在职人数÷编制数改正控制率。"),
        filled=own.get("filled", "100%"),
        expected=own.get("expected", "86.67%"),
        difference=own.get("difference", "+13.33%"),
        category=own.get("category", "表内勾稽"),
        status=own.get("status", "正式"),
        related=(("基础数据表", "B4"), ("基础数据表", "C4")),
        fingerprint=own.get("fingerprint", "0123456789abcdef"),
    )


@pytest.fixture(scope="session")
def forms() -> PackForms:
    """The forms of the pack."""
    return load_forms(load_rulebook("hunan-2020"))


@pytest.fixture(scope="session")
def head() -> RollupHead:
    """What the roll-up says about the batch."""
    return RollupHead(
        2020,
        "20210430-2200-ab12cd",
        "2021-04-30 22:00",
        "湖南省部门整体支出绩效自评（2020年度）",
        "2020.1",
        figures=rules().figures,
        words=rules().forms.outputs,
    )


@pytest.fixture(scope="session")
def county(forms: PackForms) -> Callable[[int], County]:
    """`county(n)`: n units, each with other numbers and findings."""
    return lambda units: make_county(units, forms)


@pytest.fixture(scope="session")
def make_finding() -> Callable[..., Finding]:
    """`make_finding(unit, file, check, severity, **own)`."""
    return finding


@pytest.fixture(scope="session")
def maker() -> type[Maker]:
    """Builds the tables of one unit."""
    return Maker


def make_county(units: int, forms: PackForms) -> County:
    made = County()
    for n in range(units):
        unit = f"某县{BUREAUS[n % len(BUREAUS)]}{n // len(BUREAUS) or ''}"
        file = f"{unit}/{unit}_2020.xlsx"
        made.submissions.append(Submission(unit, f"9060{n:02d}", (file,), _tables(unit, file, n)))
        review = Review(unit, f"9060{n:02d}", (file,), _findings(unit, file, n), _verdicts(n))
        review.self_score, review.recomputed_score = Decimal(96), Decimal("95.5")
        made.reviews.append(review)
        made.facts.append(facts_of(made.submissions[-1], review, forms, rules().figures))
    return made


def _tables(unit: str, file: str, n: int) -> list[Table]:
    make = Maker(unit, file)
    spent = Decimal(400 + 37 * n) + Decimal("0.85")
    total = f"{700 + 3 * n} {627 + 9 * n} {spent + 200}" if n % 7 != 5 else "700.5 #DIV/0! 900"
    late = "招标推迟，三季度完成" if n % 3 == 0 else ""
    tables = [
        make.basic(编制数=str(15 + n), 项目支出=f"{300 + n} {420 + 5 * n} {spent}", 整体支出=total),
        make.overall(
            财政拨款=f"{6272512 + n} {6000000 + 61803 * n}.85 95%",
            总分=str(96 - n % 5),
            得分=f"29 25 {42 - n % 5}",
        ),
        make.project(
            "政务网络链路租赁经费", 全年执行数=str(spent / 2), 偏差原因="资金到位晚" if n % 2 else ""
        ),
        make.monitoring("政务外网和政府网站安全监控经费", 期间执行数=str(n * 3), 备注=late),
    ]
    if n % 3 == 1:
        name = "信息化运行维护专项（含机房、网络、安全三个子项）"
        tables.append(make.project(name, 表页="项目自评表2", 总分="97"))
    return tables


def _findings(unit: str, file: str, n: int) -> list[Finding]:
    found = []
    if n % 3 != 2:
        found += [
            finding(unit, file, "J101", Severity.ERROR, field=f"控制率{k}", cell=f"D{4 + k}")
            for k in range(1 + n % 4)
        ]
        own = {"sheet": "项目自评表", "cell": "I13", "field": "产出指标/数量指标.偏差原因"}
        own |= {"message": "“保障网上办公”扣3分，未填偏差原因及改进措施。", "category": "得分与完成不符"}
        own |= {"filled": "", "expected": "", "difference": ""}
        found.append(finding(unit, file, "X313", Severity.ERROR, **own))
    if n % 4 != 3:
        own = {"cell": "D20", "field": "整体支出.本年决算", "category": "预算调整与超支"}
        own |= {"message": "预算调整485.25万元，调整率77.36%，超过30%，请说明调整原因及批复依据。"}
        own |= {"filled": "1112.5", "expected": "627.25", "difference": "+485.25"}
        found.append(finding(unit, file, "J126", Severity.WARNING, **own))
    found.append(finding(unit, file, "F020", Severity.HINT, category="格式与单位", field="控制率x"))
    own = {"sheet": "整体自评表", "cell": "", "field": "总分", "category": "缺报漏报", "status": "试行"}
    found.append(finding(unit, file, "F025", Severity.ERROR, **own))
    return found


def _verdicts(n: int) -> dict[str, Verdict]:
    return {
        "J101": Verdict.FAIL if n % 3 != 2 else Verdict.PASS,
        "J105": Verdict.UNCHECKED,
        "J122": Verdict.NOT_APPLICABLE,
    }
