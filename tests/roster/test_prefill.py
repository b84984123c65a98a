"""Each unit's own workbook: what is known is filled in, last year is locked, and it reads back exactly."""

from __future__ import annotations

import shutil
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openxml_audit import OpenXmlValidator

from batch.app.cli import cli
from batch.forms.read.forms import read_forms
from batch.forms.read.merge_files import FileReading, merge_files
from batch.forms.template.workbook import template_bytes
from batch.model.book import Book
from batch.model.form import Source, State, Submission
from batch.model.reference import Accepted, KnownProject, LastYear, RosterUnit
from batch.roster.last_year_files import last_years
from batch.roster.prefill import prefilled, unit_paths, write_templates
from batch.roster.reading import read_roster
from batch.roster.roster import Roster
from batch.unit.bundle import Bundle, Claim, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from batch.workbook.read.xlsx import read_workbook
from tests.roster.sheets import PROJECTS, UNITS, forms, read, save, told
from tests.sample_units import clean_unit

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

COLUMN = "本年决算"
#: parts of 公务用车 that do not add up to it, 项目支出 without its parts
FIGURES = {
    "三公经费": "7.5", "公务用车": "5", "公车购置": "0", "公车运行维护": "4.5", "出国经费": "0",
    "公务接待": "2.5", "项目支出": "120", "公用经费": "60", "整体支出": "400.25",
}  # fmt: skip
LAST = LastYear(
    2019,
    tuple(Accepted("基础数据表", "", f"{k}.{COLUMN}", v, Decimal(v), "万元") for k, v in FIGURES.items()),
)
UNIT = RosterUnit(
    "县教育局",
    "001",
    department="县人民政府办公室",
    projects=(KnownProject("校车运营补助", "0431", Decimal("120.5")), KnownProject("课后服务")),
)
#: slot of the form → what is filled in
WANTED: dict[tuple[str, str], dict[str, str | Decimal]] = {
    ("基础数据表", ""): {
        "填报单位": "县教育局",
        **{f"{row}.上年决算": Decimal(number) for row, number in FIGURES.items()},
    },
    ("监控表", "校车运营补助"): {
        "项目名称": "校车运营补助", "主管部门": "县人民政府办公室（101）", "实施单位": "县教育局",
        "一般公共预算拨款.年初预算数": Decimal("120.5"), "年度资金总额.年初预算数": Decimal("120.5"),
    },
    ("监控表", "课后服务"): {
        "项目名称": "课后服务", "主管部门": "县人民政府办公室（101）", "实施单位": "县教育局",
    },
    ("项目自评表", "校车运营补助"): {
        "项目名称": "校车运营补助", "主管部门": "县人民政府办公室", "实施单位": "县教育局",
        "财政拨款.年初预算数": Decimal("120.5"), "年度资金总额.年初预算数": Decimal("120.5"),
    },
    ("项目自评表", "课后服务"): {
        "项目名称": "课后服务", "主管部门": "县人民政府办公室", "实施单位": "县教育局",
    },
    ("整体自评表", ""): {"单位名称": "县教育局"},
}  # fmt: skip


def made(unit: RosterUnit = UNIT, last: LastYear | None = LAST, **said: str) -> bytes:
    return prefilled(unit, forms(), last, department="县人民政府办公室（101）", **said)


def book_of(data: bytes) -> Book:
    return read_workbook(data, "县教育局_2020.xlsx")


def submission(data: bytes, file: str = "县教育局/县教育局_2020.xlsx") -> Submission:
    reading = read_forms(book_of(data), forms(), file)
    found = merge_files([FileReading(file, 0, reading, Source(file))], forms(), file.rpartition("/")[0])
    assert len(found) == 1
    return found[0]


def filled(data: bytes) -> dict[tuple[str, str], dict[str, str | Decimal]]:
    """All entries and grid cells that say something, form by form; what only adds up blanks left out."""
    found: dict[tuple[str, str], dict[str, str | Decimal]] = {}
    sent = submission(data)
    # only what was known beforehand stands in it: to a batch such a form is empty
    for table in (*sent.tables, *sent.empty):
        project = table.fields.get("项目名称") if forms().forms[table.form].per == "项目" else None
        values = found.setdefault((table.form, project.raw if project else ""), {})
        for name, value in table.fields.items():
            if value.state is State.FILLED and not (value.formula and not value.number):
                values[name] = value.raw if value.number is None else value.number
    return found


def sheets(data: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(BytesIO(data)).worksheets}


def errors_of(data: bytes, folder: Path) -> list[Any]:
    path = folder / "a.xlsx"
    path.write_bytes(data)
    return list(OpenXmlValidator().validate(str(path)).errors)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), prog_name="jixiao")


# what is filled in


def test_it_reads_back_exactly_what_was_filled_in() -> None:
    found = filled(made())
    # the points of 预算执行率 are printed on every form
    for values in found.values():
        values.pop("年度资金总额.分值", None)
    assert found == WANTED
    assert submission(made()).unit == "县教育局"
    assert {table.year for table in submission(made()).tables} == {2020}


def test_nothing_else_differs_from_the_blank_form() -> None:
    """Indicators, labels and totals are those of 附表模板.xlsx."""
    # a project form left blank is no submission: as read, not as gathered
    blank = {t.form: t for t in read_forms(book_of(template_bytes(forms())), forms(), "附表模板.xlsx").tables}
    own = {t.form: t for t in submission(made(last=None)).tables}
    for form, table in own.items():
        assert [bend.check for bend in table.bends] == [bend.check for bend in blank[form].bends]
        assert [(i.path, {k: v.raw for k, v in i.values.items()}) for i in table.items] == [
            (i.path, {k: v.raw for k, v in i.values.items()}) for i in blank[form].items
        ]


def test_the_batch_recognises_it_for_certain() -> None:
    """By the code on its cover, whatever it is called and wherever it is put."""
    roster = Roster((RosterUnit("县教育局教研室", "002"), UNIT))
    begun = openpyxl.load_workbook(BytesIO(made()))
    begun["基础数据表"]["C15"] = 12
    begun.save(data := BytesIO())
    file = "乱放/改了名.xlsx"
    done = review_files(Bundle("乱放", (Sent(file, 0, data.getvalue()),), known=()), Context("hunan-2020"))
    claim = done.claims[file]
    assert claim == Claim("001", "县教育局")
    found = roster.find(claim.code, claim.name, "乱放", file)
    assert found is not None
    assert (found.unit, found.how) == (UNIT, "编码")


def test_the_cover_is_for_people_and_no_form() -> None:
    texts = [
        str(cell.value)
        for row in sheets(made(deadline="2021-03-15", contact="绩效股"))["封面"]
        for cell in row
    ]
    assert {
        "2020年度绩效自评报表",
        "县教育局",
        "001",
        "2020年",
        "2021年3月15日",
        "有疑问请联系：绩效股",
    } <= set(texts)
    assert not any("None" in text for text in texts if len(text) > 4)
    done = review_files(Bundle("", (Sent("县教育局_2020.xlsx", 0, made()),)), Context("hunan-2020"))
    assert not [f for unit in done.units for f in unit.review.findings if f.sheet == "封面"]
    assert not [f for unit in done.units for f in unit.review.findings if f.check in ("F005", "F006", "F009")]


def test_a_unit_of_its_own_deadline_has_that_on_the_cover() -> None:
    own = RosterUnit("县教育局", deadline="2021-03-20")
    assert sheets(made(own, deadline="2021-03-15"))["封面"]["B4"].value == "2021年3月20日"


def test_only_the_forms_due_are_in_it() -> None:
    names = list(sheets(made(RosterUnit("县教育局", forms_due=("基础数据表", "整体自评表")))))
    assert names == ["封面", "基础数据表", "整体自评表", "填表说明"]


def test_without_projects_every_form_is_there_once() -> None:
    names = list(sheets(made(RosterUnit("县教育局"))))
    assert names == ["封面", "基础数据表", "监控表", "项目自评表", "整体自评表", "填表说明"]


# last year


def test_last_years_figures_are_locked_and_the_inputs_stay_open() -> None:
    sheet = sheets(made())["基础数据表"]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    known = {f"B{row}" for row in (6, 7, 8, 9, 10, 11, 12, 15, 20)}
    for row in range(6, 21):
        ref = f"B{row}"
        is_open = not sheet[ref].protection.locked
        assert is_open == (ref not in known), ref
    assert not sheet["B2"].protection.locked
    assert not sheet["C15"].protection.locked
    prompts = [
        (str(rule.sqref), rule.prompt)
        for rule in sheet.data_validations.dataValidation
        if "B6" in str(rule.sqref)
    ]
    assert prompts == [("B6:B12 B15 B20", "上年审定的数，已填好并锁定，不用填。认为有误的，请与财政局联系。")]


def test_a_computed_cell_keeps_its_formula_as_long_as_it_comes_to_what_was_accepted() -> None:
    sheet = sheets(made())["基础数据表"]
    # 4.5 + 0 is not 5; the parts of 项目支出 are unknown; 5 + 0 + 2.5 is 7.5, but by formula it would be 7
    assert [sheet[f"B{row}"].value for row in (6, 7, 12)] == [7.5, 5, 120]
    assert sheet["C6"].value == "=SUM(C7,C10:C11)"
    fitting = LastYear(2019, tuple(a for a in LAST.fields if not a.field.startswith(("公务用车", "三公"))))
    own = sheets(made(last=fitting))["基础数据表"]
    assert (own["B6"].value, own["B7"].value) == ("=SUM(B7,B10:B11)", "=SUM(B8:B9)")
    assert filled(made(last=fitting))["基础数据表", ""]["三公经费.上年决算"] == Decimal(7)


def test_figures_in_yuan_are_filled_in_as_the_form_wants_them() -> None:
    last = LastYear(2019, (Accepted("基础数据表", "", "公用经费.本年决算", "60万", Decimal(605000), "元"),))
    assert filled(made(last=last))["基础数据表", ""]["公用经费.上年决算"] == Decimal("60.5")


def test_figures_of_another_year_are_not_used() -> None:
    last = LastYear(2018, LAST.fields)
    assert filled(made(last=last))["基础数据表", ""] == {"填报单位": "县教育局"}
    assert sheets(made(last=last))["封面"].protection.sheet


def test_an_accepted_workbook_of_last_year_gives_its_figures(tmp_path: Path) -> None:
    (tmp_path / "上年").mkdir()
    path = tmp_path / "上年" / "县教育局_2019.xlsx"
    _of_last_year(path, "县教育局")
    rows = [("单位", "上年审定文件", "公用经费"), ("001", r"上年\县教育局_2019.xlsx", 99)]
    roster = read(tmp_path, {"单位": UNITS, "上年数": rows})
    known, problems = last_years(roster, tmp_path / "单位名册.xlsx", forms())
    assert problems == []
    fields = {a.field: a.number for a in known["县教育局"].fields if a.form == "基础数据表"}
    accepted = submission(path.read_bytes()).of("基础数据表")[0].fields
    assert fields["整体支出.本年决算"] == accepted["整体支出.本年决算"].number
    # what is typed into the roster counts before the file
    assert fields["公用经费.本年决算"] == 99
    assert {a.project for a in known["县教育局"].fields if a.form == "项目自评表"} == {
        "业务能力建设", "公共服务平台建设",
    }  # fmt: skip
    data = prefilled(roster.units[0], forms(), known["县教育局"])
    assert filled(data)["基础数据表", ""]["整体支出.上年决算"] == fields["整体支出.本年决算"]


def _of_last_year(path: Path, name: str) -> None:
    """A clean unit's workbook with every 2020 and 2019 one year earlier."""
    clean_unit(path, name)
    book = openpyxl.load_workbook(path)
    plain = openpyxl.load_workbook(path, data_only=True)
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = plain[sheet.title][cell.coordinate].value
                if isinstance(value, str):
                    value = value.replace("2019年", "2018年").replace("2020年", "2019年")
                if type(cell).__name__ == "Cell":
                    cell.value = value
    book.save(path)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("没有.xlsx", "找不到或打不开"),
        ("../外面.xlsx", "不在名册所在的文件夹里"),
        ("本年.xlsx", "是2020年的，不是2019年的"),
        ("别人.xlsx", "是县水利局的"),
        ("坏.xlsx", "无法读取"),
        ("空.xlsx", "没有认出规定的报表"),
        ("a\0b", "找不到或打不开"),
    ],
)
def test_a_file_of_last_year_that_cannot_be_used_is_told_by_its_cell(
    tmp_path: Path, file: str, said: str
) -> None:
    folder = tmp_path / "名册"
    folder.mkdir()
    if file == "别人.xlsx":
        _of_last_year(folder / file, "县水利局")
    elif file in ("../外面.xlsx", "本年.xlsx"):
        clean_unit(folder / file, "县教育局")
    elif file == "空.xlsx":
        save(folder / file, {"表": [["a"]]})
    elif file == "坏.xlsx":
        (folder / file).write_bytes(b"PK\x03\x04")
    roster = read(folder, {"单位": UNITS})
    roster.accepted_files["县教育局"] = (file, "上年数", "B2")  # type: ignore[index]
    known, problems = last_years(roster, folder / "单位名册.xlsx", forms())
    assert known == {}
    assert [(p.sheet, p.cell) for p in problems] == [("上年数", "B2")]
    assert said in problems[0].message


# the command and the files


def test_the_command_makes_one_workbook_for_each_unit(tmp_path: Path) -> None:
    rows = {"单位": [*UNITS, ("004", "县档案馆", None, None, None, None, None, None, "坏")], "项目": PROJECTS}
    roster = save(tmp_path / "单位名册.xlsx", rows)
    result = run("template", "--roster", str(roster), "--out", str(tmp_path / "下发"))
    assert result.exit_code == 0
    assert "“单位”页I5：“坏”不是邮箱地址" in result.output
    assert "新生成4份" in result.output
    names = {
        p.relative_to(tmp_path / "下发").as_posix() for p in (tmp_path / "下发").rglob("*") if p.is_file()
    }
    assert names == {f"{n}/{n}_2020.xlsx" for n in ("县教育局", "县教育局教研室", "县水利局", "县档案馆")}
    data = (tmp_path / "下发" / "县教育局" / "县教育局_2020.xlsx").read_bytes()
    assert list(sheets(data))[2:4] == ["监控表", "监控表2"]


def test_the_year_of_the_settings_is_that_of_what_is_handed_out(tmp_path: Path) -> None:
    settings, out = tmp_path / "jixiao.toml", tmp_path / "下发"
    settings.write_text("year = 2021\n", encoding="utf-8")
    roster = save(tmp_path / "单位名册.xlsx", {"单位": UNITS, "项目": PROJECTS})
    for more in ((), ("--roster", str(roster))):
        assert run("--config", str(settings), "template", "--out", str(out), *more).exit_code == 0
    made = sorted(out.rglob("*.xlsx"))
    assert {p.name for p in made} == {
        "附表模板.xlsx",
        *(f"{n}_2021.xlsx" for n in ("县教育局", "县教育局教研室", "县水利局")),
    }
    for path in made:
        texts = [c.raw for s in book_of(path.read_bytes()).sheets for c in s.cells.values()]
        assert any("2021年实际在职人数" in text for text in texts)
        assert any("2020年决算数" in text for text in texts)
        assert not any("2019年" in text for text in texts)


def test_a_workbook_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    roster = save(tmp_path / "单位名册.xlsx", {"单位": UNITS})
    arguments = ("template", "--roster", str(roster), "--out", str(tmp_path / "下发"))
    run(*arguments)
    worked_on = tmp_path / "下发" / "县水利局" / "县水利局_2020.xlsx"
    worked_on.write_bytes(b"filled in")
    result = run(*arguments)
    assert worked_on.read_bytes() == b"filled in"
    assert "没有覆盖已有的" in result.output
    assert "新生成0份" in result.output
    assert "原来就有的3份没有动" in result.output


@pytest.mark.parametrize("missing", ["没有.xlsx", "空.xlsx"])
def test_without_a_usable_roster_the_command_says_so(tmp_path: Path, missing: str) -> None:
    save(tmp_path / "空.xlsx", {"单位": UNITS[:1]})
    result = run("template", "--roster", str(tmp_path / missing), "--out", str(tmp_path / "下发"))
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert not (tmp_path / "下发").exists()


HOSTILE = (
    '=cmd|"/c calc"!A1',
    "../../x",
    "..",
    "CON",
    "a/b\\c:d*e",
    "<b>&甲</b>",
    "<r>x</r>",
    " 局 ",
    "长" * 75,
    "@SUM(1)",
)


def test_hostile_names_stay_texts_and_stay_below_the_folder(tmp_path: Path) -> None:
    units = tuple(
        RosterUnit(name, name[:20], department=name, contact=name, projects=(KnownProject(name),))
        for name in HOSTILE
    )
    out = tmp_path / "下发"
    written = write_templates(Roster(units), forms(), out, last_years={}, contact='=cmd|"/c calc"!A1')
    assert len(written.new) == len(HOSTILE)
    assert {path.parent.parent for path in written.new} == {out}
    assert [p for p in tmp_path.iterdir() if p != out] == []
    for unit, path in zip(units, written.new, strict=True):
        data = path.read_bytes()
        if unit.name.startswith(("=", "<")):
            assert errors_of(data, tmp_path) == []
        loaded = openpyxl.load_workbook(BytesIO(data))
        for name, ref in (("封面", "B2"), ("基础数据表", "B2"), ("监控表", "C2"), ("项目自评表", "C2")):
            cell = loaded[name][ref]
            assert cell.data_type == "s"
            assert str(cell.value).strip() == unit.name.strip()


def test_names_that_become_the_same_path_get_paths_of_their_own() -> None:
    units = tuple(RosterUnit(name) for name in ("A/B局", "A:B局", "a_b局", "长" * 70, "长" * 75))
    paths = [path.as_posix() for path in unit_paths(units, 2020).values()]
    assert paths[:3] == [
        "A_B局/A_B局_2020.xlsx",
        "A_B局（2）/A_B局（2）_2020.xlsx",
        "a_b局（3）/a_b局（3）_2020.xlsx",
    ]
    assert len(set(paths)) == len(units)
    assert all(len(part.encode()) < 255 for path in paths for part in path.split("/"))


def test_the_workbook_is_valid_and_the_same_every_time(tmp_path: Path) -> None:
    assert errors_of(made(), tmp_path) == []
    assert made() == made()


def test_filled_in_and_sent_back_it_is_checked_like_any_other(tmp_path: Path) -> None:
    """The unit's workbook goes through a whole batch: read under its own name, nothing unprocessed."""
    roster = save(tmp_path / "单位名册.xlsx", {"单位": UNITS, "项目": PROJECTS})
    assert told(read_roster(roster, forms())) == []
    run("template", "--roster", str(roster), "--out", str(tmp_path / "下发"))
    shutil.copytree(tmp_path / "下发" / "县教育局", tmp_path / "inbox" / "收到的")
    inbox, outbox = str(tmp_path / "inbox"), str(tmp_path / "outbox")
    night = ["run", "--inbox", inbox, "--outbox", outbox, "--engine", "local"]
    # as it was issued nobody has filled it in
    assert run(*night).exit_code == 1
    (answer,) = (tmp_path / "outbox" / "未处理").iterdir()
    assert "表是空的" in answer.read_text(encoding="utf-8-sig")
    (path,) = (tmp_path / "inbox" / "收到的").iterdir()
    book = openpyxl.load_workbook(path)
    book["基础数据表"]["C4"] = 13
    book.save(path)
    assert run(*night).exit_code == 0
    assert (tmp_path / "outbox" / "批注" / "县教育局" / "县教育局_2020.xlsx").is_file()
