"""`jixiao packs check`: every slip of a pack is told with file, line and what is allowed, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from batch.app.cli import cli
from tests.config.purchases import FILES, purchases

HEAD, FORM, CHECKS = FILES
#: what a form with a second list says of it
DISPOSALS = """name = "处置明细"
[[list.column]]
name = "处置资产"
[[list.column]]
name = "处置金额"
type = "money"
"""

#: file, what stands there, what somebody writes instead (¶ begins the line that is told), what is said
SLIPS = [
    # pack.toml
    (HEAD, 'title = "政府采购季报"', '¶titel = "政府采购季报"', "不认识的写法“titel”，是不是“title”？"),
    (HEAD, "year = 2024", '¶year = "2024"', "“year”应为年份，例如 2021，现为“2024”"),
    (HEAD, "year = 2024\n", "¶", "缺少“year”，应为年份"),
    (HEAD, 'period = "第三季度"', '¶period = "三季度"', "“period”应为起止两个月份，例如 [1, 6]，或"),
    (HEAD, 'extends = "base"', '¶extends = "bass"', "没有名为“bass”的规则包，可用的有：base、"),
    (HEAD, "decor = ", '¶forms = ["采购年报"]\ndecor = ', "没有这张表：“采购年报”，是不是“采购季报”？"),
    (
        HEAD,
        "decor = ",
        '¶remove = ["checks.F999"]\ndecor = ',
        "remove 里的“checks.F999”：没有“F999”，是不是“F0",
    ),
    (HEAD, 'name = "采购"', 'name = "采购¶', "这一行少了右边的引号"),
    (HEAD, "decor = ", '¶families = { PP = "采购" }\ndecor = ', "“PP”应为检查编号开头的一个大写字母"),
    # a form
    (FORM, 'title = "{本年}{期}政府采购情况季报表"\n', "¶", "缺少“title”，应为引号里的文字，不能空着"),
    (FORM, 'unit_field = "填报单位"', '¶unit_field = "单位"', "没有这个表头栏目：“单位”，是不是“填报单位”？"),
    (
        FORM,
        "required = true\nunit_field",
        '¶per = "部门"\nunit_field',
        "“per”应为单位、项目 之一，现为“部门”",
    ),
    (
        FORM,
        "required = true\nunit_field",
        '¶money = "亿"\nunit_field',
        "“money”应为元、千元、万元、百万元、亿元 之一",
    ),
    (FORM, 'name = "面积"', '¶place = "left"\nname = "面积"', "“place”应为 right、below 之一，现为“left”"),
    (FORM, "[template]", f"¶[list]\n{DISPOSALS}[template]", "这一节前面已经写过；要写几节的，"),
    (
        FORM,
        "[list]",
        f"[[list]]\n{DISPOSALS.replace('处置金额', '合同金额')}[[list]]",
        "“合同金额”在“处置明细”里已经有了：短名在一张表里不能重复，表上印的字写在 label",
    ),
    (FORM, 'total = "合计(合同金额)"', '¶totl = "合计(合同金额)"', "不认识的写法“totl”，是不是“total”？"),
    (FORM, '"合计(合同金额)"', '"合计(合同金饿)"¶', "没有这个栏目：“合同金饿”，是不是“合同金额”？"),
    (FORM, 'choices = ["公开招标"', '¶choices = ["公开,招标"', "可选的词里不能有英文逗号"),
    (
        FORM,
        'type = "choice"\n',
        'type = "text"\n¶',
        '“采购方式”的 type = "choice" 和 choices（可选的词）要一起写',
    ),
    (
        FORM,
        'name = "验收日期"\n',
        'name = "验收日期"\n¶required_if = \'采购方式 == "公开投标"\'\n',
        "“采购方式”没有这个选项：“公开投标”，是不是“公开招标”？",
    ),
    (FORM, 'name = "验收日期"\n', 'name = "验收日期"\n¶required_if = "合同日期"\n', "这里要写条件，例如："),
    # its drawing
    (FORM, '["填报单位", "", "<", "面积", ""]', '¶["填报单位", "", "<", "面积"]', "模板图样每行的格数须相同"),
    (FORM, '[[entry]]\nname = "面积"', '¶[[entry]]\nname = "场地"', "模板图样里没有“场地”；表上没有的"),
    (FORM, '["{期}合同总额", "",', '¶["{期}合同额", "",', "模板图样里的“第三季度合同额”不是本表的行名、栏名"),
    (
        FORM,
        '["合计", "", "", "", ""],',
        '["合计¶", "", "", "", "解释"],',
        "“总分.合同金额”由算式得出，模板图样里不能又写“解释”",
    ),
    (
        FORM,
        '  ["合计", "", "", "", ""],\n',
        "",
        "“采购明细”写了 total，图样里却认不出合计行：合计行的字要写进 pack",
    ),
    (
        FORM,
        'name = "面积"\ntype = "number"',
        'name = "面积"\ntype = "number"\n¶formula = "面积 + 1"',
        "算式循环引用：面积",
    ),
    (
        FORM,
        '"采购项目", "采购方式", "合同日期", "验收日期", "合同金额"',
        '"", "", "", "", ""',
        "模板图样里找不到“采购明细”的表头",
    ),
    # checks
    (CHECKS, 'tolerance = "TOL_W"', '¶tolerance = "TOL_V"', "检查 P101：容差“TOL_V”只能是 TOL_0、"),
    (
        CHECKS,
        "合同总额 == 合计",
        "合同总客 == 合计¶",
        "检查 P101：“合同总客”不是表里的项目或栏目，是不是“合同总额”？",
    ),
    (
        CHECKS,
        "合计(合同金额)",
        "总计(合同金额)¶",
        "检查 P101：算式“合同总额 == 总计(合同金额)”里没有“总计”这个函数",
    ),
    (
        CHECKS,
        '"合同总额 == 合计(合同金额)"',
        '"总分.采购 == 合计(合同金额)"¶',
        "检查 P101：“总分.采购”不是表里的项目或栏目",
    ),
    (CHECKS, "'采购方式 == ", "'采购方式 >= ¶", "检查 P103：算式“采购方式 >= "),
    (
        CHECKS,
        "合同总额 == ",
        "合同总额 = ¶",
        "检查 P101：算式“合同总额 = 合计(合同金额)”写法有误：相等要写两个等号 ==",
    ),
    (CHECKS, "采购方式 == ", "采购方式 = ¶", "检查 P102：算式“公开招标额 == 合计(合同金额, 采购方式 = "),
    (
        CHECKS,
        '== "公开招标")',
        '== "公开")¶',
        "检查 P102：“采购方式”没有这个选项：“公开”，是不是“公开招标”？",
    ),
    (CHECKS, "when = '合同金额 > 200'", '¶when = "合同金额"', "检查 P103：这里要写条件，例如：合同金额 > 0"),
    (
        CHECKS,
        'each = "指标"\ntie = "验收',
        'each = "表"\n¶tie = "验收',
        '检查 P104：“验收日期”是“采购明细”的栏：一行一行地查的，写 each = "指标"；加总的，写 合计(验收日期)',
    ),
    (CHECKS, 'id = "P102"', '¶id = "P101"', "检查 P101 写了两次"),
    (CHECKS, 'id = "P102"', '¶id = "P1020"', "检查 P1020：“id”应为一个大写字母加三位数字"),
    (CHECKS, 'severity = "错误"', '¶severity = "严重"', "检查 P101：“severity”应为错误、核实、提示 之一"),
    (
        CHECKS,
        'severity = "错误"',
        '¶category = "表内勾嵇"',
        "检查 P101：pack.toml 的 categories 里没有“表内勾嵇”，是不是",
    ),
    (CHECKS, 'severity = "错误"', '¶message = "{合同总客}不对"', "检查 P101：文字里“{合同总客}”没有来处"),
    (CHECKS, 'tie = "验收', '¶tei = "验收', "检查 P104：不认识的写法“tei”，是不是“tie”？"),
    (CHECKS, 'each = "指标"', '¶each = "行行"', "检查 P103：“each”应为单位、表、列、行、指标、"),
]


def check(folder: Path) -> Result:
    return CliRunner().invoke(cli, ["packs", "check", str(folder)], prog_name="jixiao")


def test_a_pack_without_mistakes_is_told_so(tmp_path: Path) -> None:
    result = check(purchases(tmp_path / "采购"))
    assert (result.exit_code, "没有错处：1张表" in result.output) == (0, True), result.output


@pytest.mark.parametrize(("file", "old", "new", "said"), SLIPS)
def test_a_slip_is_told_with_file_and_line(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    path = purchases(tmp_path / "采购") / file
    text = path.read_text(encoding="utf-8").replace(
        'severity = "错误"', 'severity = "错误"\ntolerance = "TOL_W"', 1
    )
    assert old in text
    marked = text.replace(old, new, 1)
    path.write_text(marked.replace("¶", ""), encoding="utf-8")
    line = marked[: marked.index("¶")].count("\n") + 1 if "¶" in marked else 0
    result = check(tmp_path / "采购")
    assert result.exit_code == 2, result.output
    (told,) = [one for one in result.output.splitlines() if said in one]
    if line > 1:
        assert told.startswith(f"规则文件采购/{file} 第{line}行：") or "缺少" in said, told
    assert len(result.output.splitlines()) <= 5, result.output


def test_all_slips_are_told_at_once(tmp_path: Path) -> None:
    folder = purchases(tmp_path / "采购")
    for file, old, new in (
        (FORM, 'type = "choice"', 'type = "choise"'),
        (CHECKS, 'severity = "错误"', 'severity = "严重"'),
        (HEAD, "decor = ", "decorr = "),
    ):
        path = folder / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    (folder / "forms" / "坏.toml").write_text("key = \n", encoding="utf-8")
    (folder / "scoring.toml").write_text('[[grade]]\nname = "优"\nform = 90\n', encoding="utf-8")
    (folder / "检查.toml").write_text("", encoding="utf-8")
    (folder / "表").mkdir()
    (folder / "表" / "年报.toml").write_text("", encoding="utf-8")
    told = check(folder).output
    for file in (FORM, CHECKS, HEAD, "forms/坏.toml", "scoring.toml", "检查.toml", "表/年报.toml"):
        assert f"规则文件采购/{file}" in told, file
    assert told.startswith("共7处写法有误：\n"), told


def test_ties_that_contradict_each_other_are_told(tmp_path: Path) -> None:
    folder = purchases(tmp_path / "采购")
    more = '[[check]]\nid = "P201"\nform = "采购季报"\n'
    more += 'severity = "错误"\ntie = "合同总额 == 合计(合同金额) + 1"\n'
    (folder / "checks" / "Q.toml").write_text(more, encoding="utf-8")
    result = check(folder)
    assert result.exit_code == 2
    assert "采购/checks/Q.toml 第5行：检查 P201：与 P101 互相矛盾，不可能都成立" in result.output


def test_a_function_that_reads_what_is_not_there_is_told(tmp_path: Path) -> None:
    folder = purchases(tmp_path / "采购")
    more = '[[check]]\nid = "Y705"\nreads = ["采购季报.项目"]\n'
    (folder / "checks" / "Y.toml").write_text(more, encoding="utf-8")
    assert "采购/checks/Y.toml 第3行：检查 Y705：reads 中的“采购季报.项目”不是" in check(folder).output


def test_a_folder_that_is_no_pack_is_told(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert (result.exit_code, "里面要有pack.toml" in result.output) == (2, True)
