"""One smallest failing and one passing text for each check of the written report, on the corrected forms."""

from __future__ import annotations

from dataclasses import dataclass

from tests.paper import BASIC, WHOLE


@dataclass(frozen=True)
class ReportCase:
    """What a report says to break a check, what is then marked, and what it says to pass."""

    breaks: str
    #: sheet!cell; 第n段!None where no cell is concerned
    marks: str
    passes: str


_LISTED = "2020年度项目支出年初预算数为403.00万元，包括{}300.00万元；{}103.00万元。"

REPORT_CASES = {
    "R601": ReportCase("2020年度支出总额566.53万元。", f"{BASIC}!D20", "2020年度支出总额565.53万元。"),
    "R602": ReportCase(
        "2020年度支出总额565.53万元，其中基本支出162.53万元，占比38.74%，项目支出403.00万元，占比71.26%。",
        "第1段!None",
        "2020年度支出总额565.53万元，其中基本支出162.53万元，占比28.74%，项目支出403.00万元，占比71.26%。",
    ),
    "R603": ReportCase("2019年末资产合计100.00万元。", "第1段!None", "2020年末资产合计100.00万元。"),
    "R604": ReportCase(
        "2020年部门整体支出有链路租赁等2个项目资金，共计支出403.00万元。",
        "第1段!None",
        "2020年部门整体支出有链路租赁1个项目资金，共计支出403.00万元。",
    ),
    "R605": ReportCase(
        "2020年度支出总额565.53万元，其中：基本支出162.53万元，项目支出430.00万元。",
        "第1段!None",
        "2020年度支出总额565.53万元，其中：基本支出162.53万元，项目支出403.00万元。",
    ),
    "R606": ReportCase("2020年资本性支出200万元。", f"{BASIC}!D19", "2020年资本性支出180.50万元。"),
    "R607": ReportCase(
        "2020年三公经费支出0.95万元，比上年增加0.91万元。",
        f"{BASIC}!D6",
        "2020年三公经费支出0.95万元，比上年减少0.91万元。",
    ),
    "C508": ReportCase(
        _LISTED.format("链路租赁经费", "安全监控经费"),
        "第1段!None",
        _LISTED.format("全市政务网络（政务外网和党政工作专网）链路租赁经费", "链路租赁经费"),
    ),
    "C514": ReportCase(
        "我单位2020年度部门整体支出绩效自评得分98分。",
        f"{WHOLE}!G34",
        "我单位2020年度部门整体支出绩效自评得分100分，等级为“优”。",
    ),
    "J131": ReportCase(
        "现有干部职工14人（其中在编人员12人，编外人员2人）。",
        f"{BASIC}!C4",
        "现有干部职工15人（其中在编人员13人，编外人员2人）。",
    ),
}
