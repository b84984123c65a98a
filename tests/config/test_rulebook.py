"""A bureau's own rule file: what it can change, how changes are listed, and how its mistakes are answered."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.checks.run import Checked, run_checks
from batch.config.entries import RulebookError
from batch.config.pack_files import pack_names
from batch.config.rulebook import load_rulebook, local_rules
from batch.config.settings import Settings
from batch.forms.spec.load import load_forms
from batch.forms.template.workbook import template_bytes
from batch.model.review import Review
from batch.model.status import Severity
from batch.night import run_night
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context, Rules, load_rules
from tests.nights import findings_of
from tests.paper import BASIC, PACK, SAMPLE, Edits, corrected, submission

NAME = "本局规则.toml"


def with_own(tmp_path: Path, text: str) -> Rules:
    """The shipped rules with a bureau's own file over them."""
    path = tmp_path / NAME
    path.write_text(text, encoding="utf-8")
    return load_rules(Context(PACK, local_rules(path)))


def checked(rules: Rules, edits: Edits) -> Checked:
    return run_checks(submission(corrected(edits)), rules.catalogue, rules.forms)


def test_a_check_switched_off_finds_nothing_and_has_no_outcome(tmp_path: Path) -> None:
    rules = with_own(tmp_path, '[[check]]\nid = "J101"\nstatus = "停用"\n')
    result = checked(rules, {f"{BASIC}!D4": "100%"})
    assert "J101" not in {f.check for f in result.findings} | {o.check for o in result.outcomes}


def test_a_threshold_message_and_severity_can_be_changed(tmp_path: Path) -> None:
    rules = with_own(
        tmp_path,
        """
[[check]]
id = "J114"
severity = "提示"
thresholds = { "上限率" = "1.05" }
message = "项目支出超预算：{比例}（上限{上限率}，下限{下限率}）。"
""",
    )
    # 403 ÷ 380 = 106 %: within the pack's 120 %
    result = checked(rules, {f"{BASIC}!C12": 380, f"{BASIC}!C13": 380})
    finding = next(f for f in result.findings if f.check == "J114")
    assert (finding.severity, finding.cell) == (Severity.HINT, "D12")
    assert finding.message == "项目支出超预算：106.05%（上限105%，下限80%）。"


def test_a_tie_takes_three_lines(tmp_path: Path) -> None:
    rules = with_own(
        tmp_path,
        '[[check]]\nid = "J901"\nform = "基础数据表"\ntie = "公务接待.本年决算 <= 公用经费.本年决算 * 0.1"\n',
    )
    result = checked(rules, {f"{BASIC}!D11": 1.8})
    finding = next(f for f in result.findings if f.check == "J901")
    assert (finding.severity, finding.sheet, finding.cell) == (Severity.WARNING, BASIC, "D11")
    tie = "公务接待.本年决算 <= 公用经费.本年决算 * 0.1"
    assert finding.title == tie
    assert finding.message == f"基础数据表：现为1.80，不应大于10.00×0.1＝1.00，相差0.80；应满足“{tie}”。"


def test_a_tie_of_the_whole_submission_takes_three_lines_too(tmp_path: Path) -> None:
    rules = with_own(
        tmp_path,
        '[[check]]\nid = "C901"\neach = "单位"\n'
        'tie = "基础数据表.政府采购.本年决算 <= 整体自评表.项目支出.全年执行数"\n',
    )
    assert "C901" in {f.check for f in checked(rules, {f"{BASIC}!D19": 450}).findings}
    assert "C901" not in {f.check for f in checked(rules, {}).findings}


def test_a_check_on_trial_reports_but_never_returns_a_unit(tmp_path: Path) -> None:
    rules = with_own(tmp_path, '[[check]]\nid = "J101"\nstatus = "试行"\n')
    result = checked(rules, {f"{BASIC}!D4": "100%"})
    trial = [f for f in result.findings if f.check == "J101"]
    assert [(f.severity, f.status) for f in trial] == [(Severity.ERROR, "试行")]
    review = Review("某局", "", (), trial)
    assert (review.status, review.count(Severity.ERROR)) == ("通过", 0)


def test_the_list_of_rules_says_what_the_bureau_changed(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(
        '[[check]]\nid = "J102"\nseverity = "提示"\n'
        '[[check]]\nid = "J114"\nthresholds = { "上限率" = "1.10" }\n'
        '[[check]]\nid = "J901"\nform = "基础数据表"\ntie = "在职人数 <= 编制数"\n',
        encoding="utf-8",
    )
    settings = tmp_path / "jixiao.toml"
    settings.write_text(f'rules = "{NAME}"\n', encoding="utf-8")
    said = CliRunner().invoke(cli, ["--config", str(settings), "rules"], prog_name="jixiao").output
    assert "J102  severity：核实 → 提示" in said
    assert "J114  thresholds：上限率 1.20，下限率 0.80 → 上限率 1.10" in said
    assert "J901  新增：（无） → 在职人数 <= 编制数" in said


ALIAS = '[[alias]]\nform = "基础数据表"\n'
TIE = '[[check]]\nid = "J901"\nform = "基础数据表"\n'


def renamed(tmp_path: Path, old: str, new: str, sheet: str = BASIC) -> Sent:
    """The real submission with a label called otherwise."""
    book = openpyxl.load_workbook(SAMPLE)
    (cell,) = [c for row in book[sheet].iter_rows() for c in row if str(c.value).strip() == old]
    cell.value = new
    book.save(tmp_path / "某局.xlsx")
    return Sent("某局.xlsx", 0, (tmp_path / "某局.xlsx").read_bytes())


def test_a_label_goes_by_the_bureaus_own_name(tmp_path: Path) -> None:
    sent = renamed(tmp_path, "3、公务接待", "3、接待客商支出")
    before = review_files(Bundle("", (sent,)), Context(PACK)).units[0].review.findings
    told = {(f.check, f.cell) for f in before}
    assert ("F015", "A11") in told
    (tmp_path / NAME).write_text(ALIAS + 'label = "公务接待"\nalso = ["接待客商支出"]\n', encoding="utf-8")
    at = Context(PACK, local_rules(tmp_path / NAME))
    after = review_files(Bundle("", (sent,)), at).units[0].review.findings
    assert not {f.check for f in after} & {"F014", "F015"}
    # the unit is still told which word the form prints, as with the pack's own names
    assert {(f.cell, f.message) for f in after if f.check == "F012" and f.sheet == BASIC} >= {
        ("A11", "表头“3、接待客商支出”与规定表头“3、公务接待”不一致，已按语义识别。")
    }
    assert {(f.check, f.cell) for f in after} - told == {("F012", "A11")}


def test_columns_indicators_and_titles_take_own_names_too(tmp_path: Path) -> None:
    rules = with_own(
        tmp_path,
        ALIAS + 'label = "本年决算"\nalso = ["{本年}实际支出"]\n'
        '[[alias]]\nform = "项目自评表"\nlabel = "分值"\nalso = ["标准分"]\n'
        '[[alias]]\nform = "项目自评表"\nlabel = "项目支出绩效自评表"\nalso = ["项目绩效自我评价表"]\n'
        '[[alias]]\nform = "整体自评表"\nlabel = "资金到位率"\nalso = ["资金拨付到位率"]\n',
    )
    forms = rules.forms.forms
    grid = forms[BASIC].grids[0]
    assert grid.column_labels.find("{本年}实际支出", "{本年}实际支出") == ("本年决算", "alias")
    # one word, a column of the money block and of the indicators
    assert [labels.find("标准分", "标准分") for labels in forms["项目自评表"].label_sets] == [
        None, None, ("分值", "alias"), ("分值", "alias"),
    ]  # fmt: skip
    assert "项目绩效自我评价表" in forms["项目自评表"].titles
    assert "资金拨付到位率" in forms["整体自评表"].indicators["资金到位率"]
    assert load_forms(load_rulebook(PACK)).forms["项目自评表"].titles == forms["项目自评表"].titles[:-1]


def test_the_scoring_can_be_changed_value_by_value(tmp_path: Path) -> None:
    text = """
[[scoring.grade]]
name = "良"
from = 75
[scoring.formulas]
reverse_formula = "ratio_A_over_B"
[[scoring.metric]]
name = "三公经费变动率"
deduct = "1"
[[scoring.quality.dimension]]
name = "及时性"
late_day = 2
"""
    own, plain = with_own(tmp_path, text), load_rules(Context(PACK))
    assert dict(own.scoring.grades) == {"优": 90, "良": 75, "中": 60, "差": 0}
    assert own.scoring.marking.formulas.reverse == "ratio_A_over_B"
    assert own.scoring.marking.formulas.bands == plain.scoring.marking.formulas.bands
    changed = [m for m in own.scoring.marking.metrics if m not in plain.scoring.marking.metrics]
    assert [(m.name, m.share) for m in changed] == [("三公经费变动率", Decimal(1) / 8)]
    assert own.scoring.quality is not None
    assert [d.late_day for d in own.scoring.quality.dimensions if d.name == "及时性"] == [2]
    assert ("评分", "grade 良 from", "80", "75") in own.book.changes


def test_names_and_scores_are_listed_as_changes_by_the_command_and_in_the_roll_up(tmp_path: Path) -> None:
    (tmp_path / "inbox").mkdir()
    (tmp_path / NAME).write_text(
        ALIAS + 'label = "公务接待"\nalso = ["接待客商支出"]\n[[scoring.grade]]\nname = "优"\nfrom = 85\n',
        encoding="utf-8",
    )
    (tmp_path / "jixiao.toml").write_text(f'rules = "{NAME}"\n', encoding="utf-8")
    said = CliRunner().invoke(cli, ["--config", str(tmp_path / "jixiao.toml"), "rules"]).output
    assert "基础数据表“公务接待”  新增别名：（无） → 接待客商支出" in said
    assert "评分  grade 优 from：90 → 85" in said
    run_night(Settings(tmp_path / "inbox", tmp_path / "outbox", rules=tmp_path / NAME, engine="local"))
    sheet = openpyxl.load_workbook(tmp_path / "outbox" / "清单.xlsx")["口径与规则"]
    texts = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any(
        "基础数据表“公务接待” 新增别名：（无）→接待客商支出；评分 grade 优 from：90→85" in t for t in texts
    )


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (TIE + 'tie = "三公经费 == 公务用车"\ntolerence = "1"\n', 5, "检查 J901：不认识的写法“tolerence”"),
        (TIE + 'tie = "三公经废.本年预算 == 0"\n', 4, "“三公经废.本年预算”不是表里的项目或栏目"),
        (TIE + 'tie = "在职人数 + 编制数"\n', 4, "要写成左边与右边的比较"),
        (
            TIE + 'tie = "在职人数 <= 编制数"\nseverity = "严重"\n',
            5,
            "“severity”应为错误、核实、提示",
        ),
        (TIE + 'tie = "在职人数 <= 编制数"\ntolerance = "很小"\n', 5, "容差“很小”"),
        (TIE + 'tie = "在职人数 <= 编制数"\neach = "批次"\n', 4, "的算式要与各单位比较，用各单位合计、"),
        (TIE + "tie = 3\n", 4, "“tie”应为引号里的算式，几个的写在方括号里，现为3"),
        ('[[check]]\nid = "J114"\nthresholds = { "上限率" = "高" }\n', 3, "“上限率”应为一个数，现为“高”"),
        (
            '[[check]]\nid = "J114"\nthresholds = { "上线率" = "1.1" }\n',
            3,
            "没有界限“上线率”，是不是“上限率”？可以写的有：上限率、下限率",
        ),
        ('[[check]]\nid = "J114"\nthresholds = "1.1"\n', 3, "“thresholds”应为花括号里的名称和值"),
        ('[[check]]\nid = "J114"\nmessage = "{没有这个}"\n', 3, "“{没有这个}”没有来处"),
        ('# 停用\n\n[[check]]\nid = "J9999"\nstatus = "停用"\n', 4, "没有编号为 J9999 的检查，无法修改"),
        ('[[check]]\nid = "J101"\n[[check]]\nid = "J101"\n', 4, "检查 J101 写了两次"),
        ('[[check]]\nid = "J101"\nstatus = "关"\n', 3, "“status”应为正式、试行、停用 之一，现为“关”"),
        ('[[check]]\nstatus = "停用"\n', 1, "有一条检查没有编号"),
        ('\n[[chekc]]\nid = "J101"\n', 2, "不认识的写法“chekc”"),
        ('[check]\nid = "J101"\n', 1, "每条检查以 [[check]] 开头"),
        ('[[check]]\nid = "J101"\nstatus = "停用\n', 3, "这一行少了右边的引号"),
        ('[[alias]]\nform = "基础表"\nlabel = "公务接待"\nalso = ["接待费"]\n', 2, "没有“基础表”这张表"),
        (ALIAS + 'label = "公务接带"\nalso = ["招待费"]\n', 3, "没有“公务接带”这个项目或栏目"),
        (ALIAS + 'label = "公务接待"\nalso = ["办公费"]\n', 4, "“办公费”已经是“办公经费”的写法"),
        (ALIAS + 'label = "公务接待"\nalso = ["合计"]\n', 4, "“合计”另有用处"),
        (ALIAS + 'label = "公务接待"\nalso = "招待费"\n', 4, "“also”应为方括号里的几个名称"),
        (ALIAS + 'label = "公务接待"\nalso = [" "]\n', 4, "“also”的第1项应为引号里的文字，不能空着"),
        (ALIAS + 'label = "公务接待"\nalias = ["招待费"]\n', 4, "不认识的写法“alias”，是不是“also”？"),
        (
            '[[alias]]\nform = "整体自评表"\nlabel = "资金到位率"\nalso = ["支出总量增长率"]\n',
            4,
            "“支出总量增长率”已经是“支出总量增长率”的写法",
        ),
        (ALIAS + 'label = "公务接待"\nalso = ["部门整体支出绩效自评表"]\n', 4, "整体支出绩效自评表”另有用处"),
        ('[alias]\nform = "基础数据表"\n', 1, "每个别名以 [[alias]] 开头"),
        ("scoring = 85\n", 1, "评分：要写成 [scoring.…]"),
        ("[scoring.grades]\nfrom = 85\n", 1, "不认识的写法“grades”，是不是“grade”？可以写的有：figure、"),
        ('[[scoring.grade]]\nname = "良好"\nfrom = 75\n', 2, "没有“良好”，name 可以是：优、良、中、差"),
        ('[[scoring.grade]]\nname = "优"\nfrom = "八十五"\n', 3, "“from”应为一个数，现为“八十五”"),
        ('[[scoring.grade]]\nname = "优"\nfrom = 85\n' * 2, 5, "“优”写了两次"),
        ('# 等级\n[[scoring.grade]]\nname = "良"\nfrom = 95\n', 4, "等级的分数线要从高到低"),
        (
            '[scoring.formulas]\nreverse_formula = "直线"\n',
            2,
            "“reverse_formula”应为 linear_2A、",
        ),
        ('[scoring.formulas]\novershoot_above = "X317.上线率"\n', 2, "检查 X317 没有界限“上线率”"),
        ('[scoring.monitoring.indicators]\nuse = "是"\n', 2, "“use”应为true 或 false"),
        ('[[scoring.metric]]\nname = "公用经费控制率"\nof = 0\n', 3, "的 of 应大于0"),
    ],
)
def test_a_mistake_is_answered_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(RulebookError) as caught:
        with_own(tmp_path, text)
    where = f"规则文件{NAME} 第{line}行：" if line else f"规则文件{NAME}："
    assert str(caught.value).startswith(where)
    assert said in str(caught.value)


def test_all_mistakes_of_the_file_are_told_at_once(tmp_path: Path) -> None:
    text = (
        TIE + 'tie = "三公经废.本年预算 == 0"\nseverity = "严重"\n'
        '[[check]]\nid = "J114"\nthresholds = { "上限率" = "高" }\n'
        + ALIAS
        + 'label = "公务接带"\nalso = ["招待费"]\n'
        '[[scoring.grade]]\nname = "优"\nfrom = "八十五"\n[scoring.monitoring]\ngap = "K207.没有"\n'
    )
    with pytest.raises(RulebookError) as caught:
        with_own(tmp_path, text)
    assert [(file, line) for file, line, _ in caught.value.mistakes] == [
        (NAME, line) for line in (5, 8, 11, 15, 17)
    ]
    assert len(str(caught.value).splitlines()) == 6


def test_a_rule_file_that_is_not_there_is_answered(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=f"规则文件{NAME}：文件打不开"):
        local_rules(tmp_path / NAME)


def test_the_packs_build_on_each_other() -> None:
    assert pack_names() == ["base", "generic-10hao", "hunan-2020"]
    generic, hunan = load_rulebook("generic-10hao"), load_rulebook(PACK)
    assert list(generic.forms) == ["监控表", "项目自评表"]
    assert list(hunan.forms) == ["基础数据表", "监控表", "项目自评表", "整体自评表", "整体评分表"]
    assert set(generic.checks) < set(hunan.checks)
    # what hunan does not say again is the generic pack's own
    assert hunan.checks["X311"] is not None
    assert hunan.checks["X311"].text.name == "generic-10hao/checks/X-项目自评表.toml"
    weights = {"预算执行": "10", "产出": "50", "效益": "30", "满意度": "10"}
    assert hunan.checks["X311"].data["thresholds"] == weights
    assert hunan.checks["G806"].data["severity"] == generic.checks["G806"].data["severity"]
    assert hunan.checks["G806"].data["reads"] != generic.checks["G806"].data["reads"]
    assert hunan.scoring["grade"] == generic.scoring["grade"]


def test_the_generic_pack_reviews_a_unit_by_itself() -> None:
    sent = Sent("某局/附表.xlsx", 0, SAMPLE.read_bytes())
    unit = review_files(Bundle("某局", (sent,)), Context("generic-10hao")).units[0]
    found = {f.check for f in unit.review.findings}
    # those of the project's form: 整体自评表 is none of this pack's, and no other is seen in it
    assert {"X308", "X310", "F039"} <= found
    assert not {"X302", "X307"} & found
    assert not {check for check in found if check[0] in "JZC"}
    assert template_bytes(load_forms(load_rulebook("generic-10hao")))[:2] == b"PK"


def test_an_edited_rule_file_holds_for_files_that_did_not_change(tmp_path: Path) -> None:
    """What the ledger kept was made by the old text: it is made anew."""
    (tmp_path / "inbox").mkdir()
    shutil.copy2(SAMPLE, tmp_path / "inbox")
    settings = Settings(tmp_path / "inbox", tmp_path / "outbox", rules=tmp_path / NAME, engine="local")
    found = []
    for severity in ("错误", "提示"):
        (tmp_path / NAME).write_text(f'[[check]]\nid = "J112"\nseverity = "{severity}"\n', encoding="utf-8")
        run_night(settings)
        found.append({f.severity for f in findings_of(settings.outbox) if f.check == "J112"})
    assert found == [{Severity.ERROR}, {Severity.HINT}]
