"""Reports of made-up units that agree with their forms, written the ways people write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from batch.model.form import Submission

_CENT = Decimal("0.01")


class Figures:
    """The figures of a unit's forms, as a report needs them."""

    def __init__(self, sent: Submission) -> None:
        self.basic = sent.of("基础数据表")[0].fields
        self.whole = sent.of("整体自评表")[0].fields
        self.score = sent.of("整体自评表")[0].totals["得分"].number
        self.projects = sent.of("项目自评表")
        self.unit = sent.unit

    def of(self, row: str, column: str = "本年决算") -> Decimal:
        """A sum of 基础数据表 in 万元."""
        number = self.basic[f"{row}.{column}"].number
        assert number is not None
        return number.quantize(_CENT)

    def words(self) -> dict[str, str]:
        """Everything the texts below put in."""
        spent, project = self.of("整体支出"), self.of("项目支出")
        basic, public = spent - project, self.of("公用经费")
        staff = basic - public
        before, budget = self.of("整体支出", "上年决算"), self.of("整体支出", "本年预算")
        official, official_before = self.of("三公经费"), self.of("三公经费", "上年决算")
        official_budget = self.of("三公经费", "本年预算")
        named = [str(t.fields["项目名称"].raw).strip() for t in self.projects]
        sums = [t.fields["年度资金总额.年初预算数"].number or Decimal(0) for t in self.projects]
        posts, own = self.basic["编制数"].number, self.basic["在职人数"].number
        assert posts is not None
        assert own is not None
        return {
            "单位": self.unit,
            "支出": f"{spent}",
            "支出千": f"{spent:,}",
            "支出亿": f"{spent / 10000:.4f}",
            "支出元": f"{spent * 10000:,.2f}",
            "预算": f"{budget}",
            "上年": f"{before}",
            "增": f"{spent - before}",
            "增率": _percent((spent - before) / before),
            "基本": f"{basic}",
            "基本比": _percent(basic / spent),
            "项目": f"{project}",
            "项目比": _percent(project / spent),
            "人员": f"{staff}",
            "人员比": _percent(staff / basic),
            "公用": f"{public}",
            "公用比": _percent(public / basic),
            "三公": f"{official}",
            "三公上年": f"{official_before}",
            "三公预算": f"{official_budget}",
            "三公节约": f"{official_budget - official}",
            "三公减": f"{official_before - official}",
            "三公减率": _percent((official_before - official) / official_before),
            "公车": f"{self.of('公车运行维护')}",
            "接待": f"{self.of('公务接待')}",
            "接待预算": f"{self.of('公务接待', '本年预算')}",
            "接待上年": f"{self.of('公务接待', '上年决算')}",
            "公车预算": f"{self.of('公车运行维护', '本年预算')}",
            "执行率": _percent(spent / budget),
            "个": str(len(named)),
            "项目预算": f"{self.of('项目支出', '本年预算')}",
            "项目列": "；".join(f"{name}经费{amount}万元" for name, amount in zip(named, sums, strict=True)),
            "项目名": "、".join(named),
            "采购": f"{self.of('政府采购')}",
            "编制": f"{posts:f}",
            "在编": f"{own:f}",
            "全部": f"{own + 3:f}",
            "得分": f"{self.score:f}",
        }


def _percent(rate: Decimal) -> str:
    return f"{(rate * 100).quantize(_CENT, ROUND_HALF_UP)}%"


REPORTS = {
    "like the real one": """2020年部门整体支出绩效自评报告
一、部门概况
（一）人员情况。核定编制{编制}名，现有干部职工{全部}人（其中在编人员{在编}人，编外合同用工人员3人）。
（二）部门整体支出规模
2020年度收入总额{支出}万元，其中财政拨款收入{支出}万元，占总收入的100.00%。本年支出总额{支出}万元，按支出性质区分，\
基本支出{基本}万元，占比{基本比}，项目支出{项目}万元，占比{项目比}。
二、资金使用情况
2020年收入合计为{支出}万元，支出合计为{支出}万元，收支平衡。2019年总支出为{上年}万元，本年度增加了{增}万元，增加{增率}。
基本支出{基本}万元，其中：人员经费{人员}万元，占基本支出的{人员比}，主要包括基本工资、津贴补贴；公用经费{公用}万元，\
占基本支出的{公用比}，主要包括办公费、水电费。
2020年三公经费预算为{三公预算}万元，其中：因公出国（境）费预算0万元，公务用车运行维护费{公车预算}万元，公务接待费{接待预算}万元。\
本年度我局实际支出{三公}万元，其中：因公出国（境）费0万元；公务用车运行维护费{公车}万元，公务接待费{接待}万元，\
较上年同期减少{三公减}万元。
三、评价等级
根据评价指标体系，我单位2020年度部门整体支出绩效自评得分{得分}分。""",
    "in yuan and with separators": """{单位}2020年度部门整体支出绩效自评报告
2020年，我单位支出总额{支出元}元（合{支出千}万元）。其中：基本支出{基本}万元，占总支出的{基本比}；项目支出{项目}万元，占总支出的{项目比}。
“三公”经费支出{三公}万元，比上年减少{三公减}万元，下降{三公减率}；比年初预算节约{三公节约}万元。
政府采购支出{采购}万元。全年接待群众来访1,286批次，办结率98.5%，群众满意度达97%以上。
上半年支出合计约120万元，三季度末支出进度73.2%。""",
    "budget first": """部门整体支出绩效自评报告（2020年度）
一、预算安排情况
2020年年初部门预算支出总额{预算}万元，其中：基本支出{基本}万元，项目支出{项目}万元。
项目支出年初预算{项目预算}万元，{列}。
二、执行情况
全年实际支出{支出}万元，完成年初预算的{执行率}。人员经费{人员}万元（占基本支出{人员比}），公用经费{公用}万元（占基本支出{公用比}）。
2020年部门整体支出涉及{项目名}等{个}个项目资金，共计支出{项目}万元。
2019年末固定资产原值5632.10万元，2020年末固定资产原值5801.33万元，净值2210.50万元，占比38.10%。
三、主要成效
一是化解矛盾纠纷36起，组织12个项目申报，争取上级资金1,500万元，同比增长12.3%；二是培训236人次，覆盖率达95%，比上年提高5个百分点。
每户补助3,000元，受益户数增加15%。预计2021年支出总额600万元左右。政府性基金支出合计20万元。""",
    "about and ranges": """{单位}部门整体支出绩效评价报告
本年度支出总额约{支出}万元，基本支出近200万元，项目支出不足1000万元，其中单项在5-10万元的项目占60%。
全年节约办公费2.3万元，压减会议费0.5万元，公务接待批次减少20%。公务接待费{接待}万元，上年{接待上年}万元。
三公经费{三公}万元，与上年相比，减少{三公减}万元。人均公用经费1.2万元。办公楼建设总投资2.5亿元，累计完成投资1.8亿元，占总投资的72%。
本级基本支出100万元，下属二级单位基本支出60万元。年末结转结余5.20万元，其中项目支出结转3.20万元。
财政拨款基本支出与一般公共预算项目支出分别为{基本}万元和{项目}万元，分别占{基本比}和{项目比}。""",
    "broken lines": """2020年度部门整体支出绩效自评报告

    2020年度，我单位支出总额{支出千}万元，与上年
相比增加{增}万元；其中基本支出{基本}
万元，项目支出{项目}万元。全部用于保障机关运转和重点工作，
支出合计
{支出}万元。
    截至12月31日，我局在编{在编}人，临聘人员6人。""",
}


def written(style: str, sent: Submission) -> str:
    """The text of one report of a unit."""
    words = Figures(sent).words()
    listed = f"包括{words['项目列']}" if len(Figures(sent).projects) > 1 else "全部为市级专项"
    return REPORTS[style].format(**words, 列=listed)
