"""A bureau's own rule file: what it can change, how changes are listed, and how its mistakes are answered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.checks.engine import Checked, run_checks
from batch.cli import cli
from batch.forms.spec import load_forms
from batch.forms.template import template_bytes
from batch.model.review import Review, Severity
from batch.night import run_night
from batch.rulebook import RulebookError, load_rulebook, local_rules, pack_names
from batch.settings import Settings
from batch.work import Bundle, Context, Rules, Sent, load_rules, work
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
    assert finding.message == f"基础数据表：1.80与1（10.00×0.1）不符，相差0.8；应满足“{tie}”。"


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


TIE = '[[check]]\nid = "J901"\nform = "基础数据表"\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (TIE + 'tie = "三公经费 == 公务用车"\ntolerence = "1"\n', 2, "不认识的写法“tolerence”"),
        (TIE + 'tie = "三公经废.本年预算 == 0"\n', 2, "“三公经废.本年预算”不是表里的项目或栏目"),
        (TIE + 'tie = "在职人数 + 编制数"\n', 2, "要写成左边与右边的比较"),
        (TIE + 'tie = "在职人数 <= 编制数"\nseverity = "严重"\n', 2, "级别“严重”只能是错误、核实、提示"),
        (TIE + 'tie = "在职人数 <= 编制数"\ntolerance = "很小"\n', 2, "容差“很小”"),
        (TIE + 'tie = "在职人数 <= 编制数"\neach = "批次"\n', 2, "each 不能是“批次”"),
        (TIE + "tie = 3\n", 2, "的 tie 要用引号括起来"),
        ('[[check]]\nid = "J114"\nthresholds = { "上限率" = "高" }\n', 2, "应为一个数，现为“高”"),
        (
            '[[check]]\nid = "J114"\nthresholds = { "上线率" = "1.1" }\n',
            2,
            "没有界限“上线率”，有的是：上限率、下限率",
        ),
        ('[[check]]\nid = "J114"\nthresholds = "1.1"\n', 2, "的 thresholds 要写成"),
        ('[[check]]\nid = "J114"\nmessage = "{没有这个}"\n', 2, "“{没有这个}”没有来处"),
        ('# 停用\n\n[[check]]\nid = "J9999"\nstatus = "停用"\n', 4, "没有编号为 J9999 的检查，无法修改"),
        ('[[check]]\nid = "J101"\n[[check]]\nid = "J101"\n', 2, "检查 J101 写了两次"),
        ('[[check]]\nid = "J101"\nstatus = "关"\n', 2, "status 只能是 正式、试行、停用"),
        ('[[check]]\nstatus = "停用"\n', 0, "有一条检查没有编号"),
        ('\n[[chekc]]\nid = "J101"\n', 2, "不认识的写法“chekc”"),
        ('[check]\nid = "J101"\n', 0, "每条检查以 [[check]] 开头"),
        ('[[check]]\nid = "J101"\nstatus = "停用\n', 3, "写法有误，请检查引号、等号和方括号"),
    ],
)
def test_a_mistake_is_answered_with_file_and_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    with pytest.raises(RulebookError) as caught:
        with_own(tmp_path, text)
    where = f"规则文件{NAME} 第{line}行：" if line else f"规则文件{NAME}："
    assert str(caught.value).startswith(where)
    assert said in str(caught.value)


def test_a_rule_file_that_is_not_there_is_answered(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match=f"规则文件{NAME}：文件打不开"):
        local_rules(tmp_path / NAME)


def test_the_packs_build_on_each_other() -> None:
    assert pack_names() == ["generic-10hao", "hunan-2020"]
    generic, hunan = load_rulebook("generic-10hao"), load_rulebook(PACK)
    assert list(generic.forms) == ["监控表", "项目自评表"]
    assert list(hunan.forms) == ["基础数据表", "监控表", "项目自评表", "整体自评表"]
    assert set(generic.checks) < set(hunan.checks)
    # what hunan does not say again is the generic pack's own
    assert hunan.checks["X311"] is not None
    assert hunan.checks["X311"].path.parent.parent.name == "generic-10hao"
    weights = {"预算执行": "10", "产出": "50", "效益": "30", "满意度": "10"}
    assert hunan.checks["X311"].data["thresholds"] == weights
    assert hunan.checks["F005"].data["severity"] == generic.checks["F005"].data["severity"]
    assert hunan.checks["F005"].data["message"] != generic.checks["F005"].data["message"]
    assert hunan.scoring["grade"] == generic.scoring["grade"]


def test_the_generic_pack_reviews_a_unit_by_itself() -> None:
    sent = Sent("某局/附表.xlsx", 0, SAMPLE.read_bytes())
    unit = work(Bundle("某局", (sent,)), Context("generic-10hao")).units[0]
    found = {f.check for f in unit.review.findings}
    assert {"X302", "X307"} & found
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
        found.append({f.severity for f in run_night(settings).findings if f.check == "J112"})
    assert found == [{Severity.ERROR}, {Severity.HINT}]
