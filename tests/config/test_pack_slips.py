"""Slips in a pack: each is told with file, line and what is allowed; all of them at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from batch.config import pack_files
from batch.config.entries import RulebookError
from batch.config.toml_text import TomlText
from batch.roster import layout
from batch.unit.rules import Context, load_rules
from tests.paper import PACK

BASIC = "hunan-2020/forms/1-基础数据表.toml"
PROJECT = "generic-10hao/forms/3-项目自评表.toml"
CHECKS = "hunan-2020/checks/J-基础数据表.toml"
SCORES, PROJECT_SCORES = "base/scoring.toml", "generic-10hao/scoring.toml"
OWN_SCORES = "hunan-2020/scoring.toml"
WORDS, REPORT = "base/words.toml", "hunan-2020/words.toml"
CAUSES, OWN_CAUSES = "base/causes.toml", "hunan-2020/causes.toml"
HEAD = "hunan-2020/pack.toml"

#: file, what stands there, what somebody writes instead (¶ where the line told begins), what is said
SLIPS = [
    (BASIC, 'money = "万元"', "¶money = 3", "“money”应为元、千元、万元、百万元、亿元 之一，现为3"),
    (BASIC, '[[entry]]\nname = "编制数"\n', "¶[[entry]]\n", "缺少“name”，应为引号里的文字，不能空着"),
    (
        BASIC,
        'aliases = ["在职人员控制率", "人员控制率", ',
        '¶aliases = "人员控制率" #',
        '“aliases”应为方括号里的一列，例如 ["甲", "乙"]，现为“人员控制率”',
    ),
    (
        BASIC,
        "required = true\nmoney",
        "¶requierd = true\nmoney",
        "不认识的写法“requierd”，是不是“required”？",
    ),
    (
        BASIC,
        'unit_field = "填报单位"',
        '¶unit_field = "填报单为"',
        "没有这个表头栏目：“填报单为”，是不是“填报单位”？",
    ),
    (BASIC, "/ 编制数", "/ 编制人数¶", "没有这个栏目：“编制人数”，是不是“编制数”？"),
    (BASIC, 'last_year = "本年决算"', '¶last_year = "本年决"', "没有这个栏：“本年决”，是不是“本年决算”？"),
    (BASIC, 'parent = "项目支出"', '¶parent = "项目指出"', "没有这个行：“项目指出”，是不是“项目支出”？"),
    (BASIC, 'part_of = "公用经费"', '¶part_of = "公用经贵"', "没有这个行：“公用经贵”，是不是“公用经费”？"),
    (
        BASIC,
        'type = "count"',
        '¶type = "people"',
        "“type”应为 text、money、count、number、percent、score、date、choice、value、tick 之一",
    ),
    (BASIC, 'place = "below"', '¶place = "left"', "“place”应为 right、below 之一，现为“left”"),
    (BASIC, 'per = "单位"', '¶per = "部门"', "“per”应为单位、项目 之一，现为“部门”"),
    (BASIC, '= "单位全称"', '= "单位名"¶', "“填报单位”应为单位全称、单位编码、主管部门、"),
    (BASIC, '"填报单位" = ', '¶"填报单为" = ', "没有这个栏目：“填报单为”，是不是“填报单位”？"),
    (BASIC, "indent = 5", '¶indent = "5"', "“indent”应为不小于0的整数，现为“5”"),
    (BASIC, "landscape = false", "¶landscape = 0", "“landscape”应为true 或 false，现为0"),
    (BASIC, "widths = [36, 18,", '¶widths = [36, "18",', "“widths”的第2项应为数，现为“18”"),
    (BASIC, 'name = "水电差旅费"', '¶name = "办公经费"', "“办公经费”写了两次"),
    (
        BASIC,
        'label = "其中：办公经费"',
        '¶required = true\nlabel = "其中：办公经费"',
        "不认识的写法“required”",
    ),
    (PROJECT, '"全年预算数 != 0"', '"全年预算 != 0"¶', "没有这个栏目：“全年预算”，是不是“全年预算数”？"),
    (
        BASIC,
        'type = "count"',
        'type = "count"\n¶choices = ["甲"]',
        '“编制数”的 type = "choice" 和 choices（可选的词）要一起写',
    ),
    (PROJECT, '"合计(得分) + ', '"合计(得分 + ¶', "算式“合计(得分 + 年度资金总额.得分”写法有误"),
    (PROJECT, 'sign = "指标性质"', '¶sign = "指标方向"', "没有这个栏：“指标方向”，是不是“指标性质”？"),
    (PROJECT, 'signs = { "≥"', '¶signs = { "》"', "“绩效指标”的 signs 里不能写“》”，可用的有：≥、>、≤、<、="),
    (
        PROJECT,
        'only = ["年度资金总额"]',
        '¶only = ["年度资金"]',
        "没有这个行：“年度资金”，是不是“年度资金总额”？",
    ),
    (CHECKS, 'category = "', '¶categroy = "', "检查 J101：不认识的写法“categroy”，是不是“category”？"),
    (
        CHECKS,
        'severity = "错误"',
        '¶severity = "严重"',
        "检查 J101：“severity”应为错误、核实、提示 之一，现为“严重”",
    ),
    (
        CHECKS,
        'id = "J104"',
        '¶id = "J1044"',
        "检查 J1044：“id”应为一个大写字母加三位数字，例如 J101，现为“J1044”",
    ),
    (SCORES, "from = 90", '¶from = "九十"', "“from”应为一个数，或“检查编号.界限名称”"),
    (
        SCORES,
        'overshoot = "full"',
        '¶overshoot = "fulll"',
        "“overshoot”应为 full、deviation、ask 之一",
    ),
    (PROJECT_SCORES, '"K207.相差上限率"', '"K207.相差率"¶', "检查 K207 没有界限“相差率”"),
    (
        PROJECT_SCORES,
        '"年度资金总额.分值"',
        '"年度资金总额.分数"¶',
        "“年度资金总额.分数”不是项目自评表的项目或栏目",
    ),
    (SCORES, 'dimension = "完整性"', '¶dimension = "完整"', "自评质量评分没有“完整”这一项"),
    (SCORES, "late_day = 1", "¶late_days = 1", "不认识的写法“late_days”，是不是“late_day”？"),
    (
        SCORES,
        'severities = ["错误"]',
        '¶severities = ["出错"]',
        "“severities”的第1项应为错误、核实、提示 之一",
    ),
    (OWN_SCORES, 'rule = "分档"', '¶rule = "分级"', "“rule”应为分档、扣分、反向、双向、指标值 之一"),
    (
        OWN_SCORES,
        "基础数据表.三公经费.本年决算",
        "基础数据表.三公经废.本年决算¶",
        "重算指标“三公经费控制率”：",
    ),
    (OWN_SCORES, 'doubtful = ["Z413"', '¶doubtful = ["Z999"', "没有编号为 Z999 的检查"),
    (WORDS, '"绩校" = "绩效"', '¶"绩校" = 3', "“绩校”应为引号里的文字，现为3"),
    (WORDS, "payment = [", "¶paiment = [", "不认识的写法“paiment”，是不是“payment”？"),
    (WORDS, "[typos]", "¶[typo]", "不认识的写法“typo”，是不是“typos”？"),
    (REPORT, "tail = [", "¶tial = [", "不认识的写法“tial”，是不是“tail”？"),
    (REPORT, 'stands_for = "公务用车"', '¶stands_for = "公务车"', "没有登记：“公务车”，是不是“公务用车”？"),
    (
        REPORT,
        '["基础数据表.公车购置.上年决算"]',
        '["基础数据表.公车.上年决算"]¶',
        "“基础数据表.公车.上年决算”不是表里的数",
    ),
    (CAUSES, "[price]", "¶[pric]", "不认识的写法“pric”，是不是“price”？可以写的有：cause、price、words"),
    ("generic-10hao/checks/G-批次.toml", "[[check]]", "¶[[chekc]]", "不认识的写法“chekc”，是不是“check”？"),
    (CAUSES, 'choice = "', '¶choise = "', "不认识的写法“choise”，是不是“choice”？"),
    ("generic-10hao/checks/G-批次.toml", 'id = "', '¶idx = "', "有一条检查没有编号（id）"),
    (CAUSES, "blank = 1 ", "¶blank = -1 ", "“blank”应为不小于0的整数，现为-1"),
    (CAUSES, "loose = 700", "¶lose = 700", "不认识的写法“lose”，是不是“loose”？"),
    (CAUSES, 'checks = ["F025"', '¶checks = ["F925"', "没有编号为 F925 的检查"),
    (OWN_CAUSES, 'text = "', '¶txt = "', "不认识的写法“txt”，是不是“text”？"),
    (HEAD, "year = 2020", '¶year = "2020"', "“year”应为年份，例如 2021，现为“2020”"),
    (HEAD, "period = [1, 6]", "¶period = [1, 16]", "“period”的第2项应为1到12的整数，现为16"),
    (HEAD, 'forms = ["基础数据表"', '¶forms = ["基础表"', "没有这张表：“基础表”，是不是“基础数据表”？"),
    (HEAD, "decor = [", "¶decorr = [", "不认识的写法“decorr”，是不是“decor”？"),
    (
        HEAD,
        'extends = "generic-10hao"',
        '¶extends = "generic"',
        "没有名为“generic”的规则包，可用的有：base、generic-10hao、",
    ),
    (HEAD, 'version = "2020.1"', '¶version = "2020.1', "这一行少了右边的引号"),
]


def loaded(folder: Path, monkeypatch: pytest.MonkeyPatch, edits: list[tuple[str, str, str]]) -> list[int]:
    """Load the shipped pack with slips in its files. Gives the lines of the marks ¶."""
    shutil.copytree(pack_files.PACKS, folder / "packs")
    monkeypatch.setattr(pack_files, "PACKS", folder / "packs")
    lines = []
    for file, old, new in edits:
        path = folder / "packs" / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{old} is no longer in {file}"
        marked = text.replace(old, new, 1)
        lines.append(marked[: marked.index("¶")].count("\n") + 1)
        path.write_text(marked.replace("¶", ""), encoding="utf-8")
    return lines


def load() -> None:
    """Load the pack past the cache of earlier loads."""
    load_rules.__wrapped__(Context(PACK))


@pytest.mark.parametrize(("file", "old", "new", "said"), SLIPS)
def test_a_slip_is_told_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, said: str
) -> None:
    (line,) = loaded(tmp_path, monkeypatch, [(file, old, new)])
    with pytest.raises(RulebookError) as error:
        load()
    assert str(error.value).startswith(f"规则文件{file} 第{line}行：{said}")
    assert len(error.value.mistakes) == 1, str(error.value)


def test_a_form_without_a_title_is_told_though_it_has_no_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded(tmp_path, monkeypatch, [(BASIC, 'title = "部门整体支出绩效自评基础数据表"\n', "¶")])
    with pytest.raises(RulebookError, match=f"规则文件{BASIC}：缺少“title”"):
        load()


def test_all_slips_of_several_files_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edits = [
        (BASIC, 'money = "万元"', "¶money = 3"),
        (BASIC, 'place = "below"', '¶place = "left"'),
        (BASIC, 'parent = "项目支出"', '¶parents = "项目支出"'),
        (PROJECT, "required_if", "¶requiredif"),
    ]
    lines = loaded(tmp_path, monkeypatch, edits)
    with pytest.raises(RulebookError) as error:
        load()
    told = [(file, line) for file, line, _ in error.value.mistakes]
    assert told == list(zip([BASIC, BASIC, BASIC, PROJECT], lines, strict=True))
    assert str(error.value).startswith("共4处写法有误：\n")


def test_checks_scores_words_of_one_night_are_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edits = [
        (CHECKS, 'severity = "错误"', '¶severity = "严重"'),
        (OWN_SCORES, 'doubtful = ["Z413"', '¶doubtful = ["Z999"'),
        (OWN_CAUSES, 'text = "', '¶txt = "'),
    ]
    lines = loaded(tmp_path, monkeypatch, edits)
    with pytest.raises(RulebookError) as error:
        load()
    assert {(file, line) for file, line, _ in error.value.mistakes} == {
        (file, line) for (file, _, _), line in zip(edits, lines, strict=True)
    }


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "text"', '¶kind = "txt"', "“kind”应为 text、unit、names、"),
        ("required = true", '¶required = "是"', "“required”应为true 或 false，现为“是”"),
        ('[[sheet.column]]\nkey = "name"\n', "¶[[sheet.column]]\n", "缺少“key”"),
        ("width = 20", "¶widht = 20", "不认识的写法“widht”，是不是“width”？"),
    ],
)
def test_slips_in_the_rosters_layout_are_told(old: str, new: str, said: str) -> None:
    text = Path(layout.__file__).with_name("layout.toml").read_text(encoding="utf-8")
    marked = text.replace(old, new, 1)
    line = marked[: marked.index("¶")].count("\n") + 1
    with pytest.raises(RulebookError) as error:
        layout.layout_of(TomlText("layout.toml", marked.replace("¶", "")))
    assert str(error.value).startswith(f"规则文件layout.toml 第{line}行：{said}")
