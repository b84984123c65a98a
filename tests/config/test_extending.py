"""What a pack that extends another changes, adds and removes, and where its mistakes are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from batch.config.entries import RulebookError
from batch.config.pack_files import read_pack
from batch.forms.template.workbook import template_bytes
from batch.unit.pack_mistakes import pack_report
from batch.unit.rules import Context, Rules, load_rules
from tests.config.small_pack import small_pack


def pack(folder: Path, extends: str = "hunan-2020", head: str = "", **files: str) -> Rules:
    """A pack that extends another; `files`: by name without .toml."""
    (folder / "本县").mkdir(exist_ok=True)
    files["pack"] = f'name = "本县"\ntitle = "本县"\nextends = "{extends}"\n{head}\n'
    for name, text in files.items():
        path = folder / "本县" / f"{name}.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rules.__wrapped__(Context("", files=read_pack(str(folder / "本县"))))


def test_everything_is_merged_by_key(tmp_path: Path) -> None:
    plain = load_rules(Context("hunan-2020"))
    rules = pack(
        tmp_path,
        head='decor = ["备考"]\nguides = ["附录"]',
        scoring='[[grade]]\nname = "良"\nfrom = 75\n[[grade]]\nname = "末"\nfrom = -1\n'
        '[formulas]\novershoot = "ask"\n',
        words='[lists]\nvague = ["美好"]\n[typos]\n"绩孝" = "绩效"\n'
        '[[report.subject]]\nname = "整体支出"\nprojects = true\n',
        figures='[unit]\nposts = "基础数据表.在职人数"\n',
        causes='[price]\nblank = 2\n[[cause]]\nname = "满意度"\ntext = "请统一。"\n',
        **{
            "forms/甲": 'key = "项目自评表"\n[[grid]]\nname = "项目资金"\n'
            '[[grid.row]]\nname = "其他资金"\nlabel = "其他来源"\n'
        },
    )
    forms, was = rules.forms, plain.forms
    assert forms.decor == was.decor | {"备考"}
    assert set(forms.guides) == {*was.guides, "附录"}
    assert dict(rules.scoring.grades) == {"优": 90, "良": 75, "中": 60, "差": 0, "末": -1}
    options, before = rules.scoring.marking.formulas, plain.scoring.marking.formulas
    assert (options.overshoot, options.bands, options.reverse) == ("ask", before.bands, before.reverse)
    assert forms.words.lists["vague"] == (*was.words.lists["vague"], "美好")
    assert forms.words.typos == {**was.words.typos, "绩孝": "绩效"}
    assert forms.report.subjects["整体支出"].said == was.report.subjects["整体支出"].said
    assert rules.figures.unit.figures.keys() == plain.figures.unit.figures.keys()
    assert rules.causes.prices.blank == 2
    named = {rule.name: rule for rule in rules.causes.rules}
    assert named["满意度"].text == "请统一。"
    assert named["满意度"].checks == {"C516", "X321"}
    grid, old = forms.forms["项目自评表"].grids[0], was.forms["项目自评表"].grids[0]
    assert [row.name for row in grid.rows] == [row.name for row in old.rows]
    assert [row.label for row in grid.rows if row.name == "其他资金"] == ["其他来源"]


def test_forms_checks_and_words_can_be_removed_with_what_rests_on_them(tmp_path: Path) -> None:
    removed = ["forms.监控表", "checks.R*", "causes.满意度", "scoring.grade.差"]
    removed += ["words.lists.vague.可持续", "words.guides.封面"]
    rules = pack(tmp_path, head=f"remove = {json.dumps(removed, ensure_ascii=False)}")
    assert "监控表" not in rules.forms.forms
    assert not {"K201", "K206", "K221"} & set(rules.catalogue)
    assert not {check for check in rules.catalogue if check[0] == "R"}
    assert "C503" in rules.catalogue
    assert (rules.scoring.monitoring, rules.figures.monitoring.form) == (None, "")
    assert "进度与绩效" not in {rule.name for rule in rules.causes.rules}
    assert [name for name, _ in rules.scoring.grades] == ["优", "良", "中"]
    assert "可持续" not in rules.forms.words.lists["vague"]
    assert "封面" not in rules.forms.guides
    assert template_bytes(rules.forms)
    # what is told of all projects, sums in two forms, and figures go with a form they name
    one = pack(tmp_path, head='remove = ["forms.基础数据表", "forms.整体自评表", "forms.整体评分表"]')
    assert (one.forms.no_projects, one.forms.part_sums, one.figures.unit.figures) == (None, (), {})
    assert one.scoring.wholes == ()


def test_a_form_that_was_removed_can_be_written_anew(tmp_path: Path) -> None:
    small_pack(tmp_path / "季报")
    form = 'key = "季报"\ntitle = "乡镇公用经费半年报"\n[[entry]]\nname = "镇"\n'
    rules = pack(tmp_path, "../季报", 'remove = ["forms.季报"]', **{"forms/季报": form})
    assert [field.name for field in rules.forms.forms["季报"].entries] == ["镇"]
    assert rules.forms.forms["季报"].grids == ()
    assert "L001" not in rules.catalogue


REDRAWN = """key = "季报"
[[grid]]
name = "支出"
[[grid.column]]
name = "金额"
[[grid.row]]
name = "差旅费"
[template]
sheet = "季报"
widths = [24, 16]
rows = [["{标题}", "<"], ["填报单位", ""], ["项目（万元）", "金额"], ["差旅费", ""]]
"""


@pytest.mark.parametrize(("drawn", "lost"), [(REDRAWN, 4), (REDRAWN.replace("差旅费", "办公费"), 1)])
def test_a_form_drawn_anew_over_the_one_it_inherits_is_told(tmp_path: Path, drawn: str, lost: int) -> None:
    small_pack(tmp_path / "季报")
    folder = tmp_path / "本县"
    (folder / "forms").mkdir(parents=True)
    head = 'name = "本县"\ntitle = "本县"\nextends = "../季报"\n'
    (folder / "pack.toml").write_text(head, encoding="utf-8")
    (folder / "forms" / "甲.toml").write_text(drawn, encoding="utf-8")
    (told,) = pack_report(str(folder)).mistakes
    assert told[:2] == ("本县/forms/甲.toml", 11)
    assert '整张表换掉的，在 pack.toml 里写 remove = ["forms.季报"]' in told[2]
    assert told[2].split("”")[0].count("、") == lost - 1, told[2]
    (folder / "pack.toml").write_text(f'{head}remove = ["forms.季报"]\n', encoding="utf-8")
    named = 'title = "乡镇公用经费季报表"\n[[entry]]\nname = "填报单位"\n'
    whole = drawn.replace("[[grid]]", f"{named}[[grid]]")
    (folder / "forms" / "甲.toml").write_text(whole, encoding="utf-8")
    assert pack_report(str(folder)).mistakes == ()


def test_a_check_that_is_switched_off_may_name_what_is_not_there(tmp_path: Path) -> None:
    off = '[[check]]\nid = "J101"\nstatus = "停用"\nform = "没有的表"\n'
    assert pack(tmp_path, **{"checks/J": off}).catalogue["J101"].status == "停用"
    with pytest.raises(RulebookError, match="没有“没有的表”这张表"):
        pack(tmp_path, **{"checks/J": off.replace("停用", "试行")})


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"head": 'remove = [\n"forms.监空表"]'},
            "本县/pack.toml 第5行：remove 里的“forms.监空表”：没有“监空表”，是不是“监控表”？",
        ),
        (
            {"head": 'remove = ["form.监控表"]'},
            "本县/pack.toml 第4行：remove 里的“form.监控表”：不认识的写法“form”，是不是“forms”？",
        ),
        (
            {"head": 'remove = ["words.notes.注释"]'},
            "本县/pack.toml 第4行：remove 里的“words.notes.注释”：没有",
        ),
        ({"scoring": '\n[[grade]]\nname = "良"\nfrom = "七"\n'}, "本县/scoring.toml 第4行：“from”应为一个数"),
        (
            {"words": '[lists]\nvage = ["美好"]\n'},
            "本县/words.toml 第2行：不认识的写法“vage”，是不是“vague”？",
        ),
        (
            {"figures": '[unit]\nposts = "基础数据表.编制"\n'},
            "本县/figures.toml 第2行：“基础数据表.编制”不是",
        ),
        (
            {"causes": '[[cause]]\nname = "满意度"\nchecks = ["C999"]\n'},
            "本县/causes.toml 第3行：没有编号为 C999 的检查",
        ),
        (
            {"forms/甲": 'key = "基础数据表"\n[[entry]]\nname = "编制数"\ntype = "人"\n'},
            "本县/forms/甲.toml 第4行：“type”应为",
        ),
        ({"head": "forms = []"}, "本县/pack.toml 第4行：“forms”是空的：写出各表的先后，例如"),
        ({"score": ""}, "本县/score.toml：不认识的文件“score.toml”，是不是“scoring.toml”？"),
    ],
)
def test_mistakes_are_told_where_the_pack_says_it(tmp_path: Path, files: dict[str, str], told: str) -> None:
    with pytest.raises(RulebookError) as error:
        pack(tmp_path, **files)
    assert str(error.value).startswith(f"规则文件{told}")
    assert len(error.value.mistakes) == 1, str(error.value)


def test_other_labels_are_added_and_a_new_drawing_has_its_own_heights(tmp_path: Path) -> None:
    small_pack(tmp_path / "上级")
    parent = tmp_path / "上级" / "forms" / "季报.toml"
    text = parent.read_text(encoding="utf-8").replace("widths = ", "heights = { 5 = 60 }\nwidths = ")
    text = text.replace('name = "水电费"', 'name = "水电费"\naliases = ["水费"]')
    parent.write_text(text, encoding="utf-8")
    drawing = text[text.index("rows = [") :].replace('"水电费"', '"水费、电费"')
    rules = pack(
        tmp_path,
        "../上级",
        **{
            "forms/季报": 'key = "季报"\n[[grid]]\nname = "经费"\n'
            '[[grid.row]]\nname = "水电费"\nlabel = "水费、电费"\n'
            'aliases = ["电费"]\n[template]\n' + drawing
        },
    )
    spec = rules.forms.forms["季报"]
    row = next(row for row in spec.grids[0].rows if row.name == "水电费")
    assert (row.label, row.aliases) == ("水费、电费", ("水费", "电费", "水电费"))
    assert dict(spec.drawing.heights) == {}
