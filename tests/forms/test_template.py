"""The official workbook: every field has its cell, sums cannot be spoilt, what is typed is read."""

from __future__ import annotations

import zipfile
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from batch.config.entries import RulebookError
from batch.config.expression import ExpressionError, parse_expression
from batch.config.rulebook import load_rulebook
from batch.forms.read.forms import Reading, read_forms
from batch.forms.spec.drawing import Drawing
from batch.forms.spec.load import load_forms
from batch.forms.spec.spec import Field, FormSpec, PackForms
from batch.forms.template.cell_formulas import TemplateFormulas
from batch.forms.template.chosen_rows import Computed
from batch.forms.template.drawn_form import DrawnLayout, TemplateSlot
from batch.forms.template.drawn_layout import lay_out
from batch.forms.template.workbook import Page, build_template, template_bytes
from batch.model.form import State, Table
from batch.workbook.read.xlsx import read_workbook
from tests.sample_units import clean_unit

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

PACK = load_forms(load_rulebook("hunan-2020"))
FORMS = [key for key, spec in PACK.forms.items() if spec.is_issued]
BASIC, MONITORING, PROJECT, WHOLE = FORMS


@cache
def layout(form: str) -> DrawnLayout:
    return lay_out(PACK.forms[form], PACK, PACK.year)


@cache
def blank() -> bytes:
    return template_bytes(PACK)


def sheets(data: bytes) -> dict[str, Worksheet]:
    return {sheet.title: sheet for sheet in openpyxl.load_workbook(BytesIO(data)).worksheets}


def read(data: bytes) -> Reading:
    return read_forms(read_workbook(data, "附表.xlsx"), PACK, "附表.xlsx")


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def slots(form: str) -> list[TemplateSlot]:
    return list(layout(form).slots.values())


# the file that is handed out


def test_numbers_behind_a_chinese_and_or_or_are_read_whole() -> None:
    # 且 is one character in the text and three letters in what is parsed
    for text in ("甲 == 1 或 乙 < 250 且 丙 > 80", "非 甲 == 1 或 乙 < 250 且 丙 > 80"):
        assert "Decimal('250')" in repr(parse_expression(text))
        assert "Decimal('80')" in repr(parse_expression(text))
    assert "Decimal('0.01')" in repr(parse_expression("甲 == 1 或 绝对值(乙 - 丙) <= 0.01"))


def test_the_handed_out_file_is_the_one_the_pack_describes(root: Path) -> None:
    """Compared part by part: how tightly they are packed differs between machines, what they say must not."""
    handed_out = (root / "templates" / "附表模板.xlsx").read_bytes()
    assert parts(handed_out) == parts(blank()), "run `jixiao template` after changing the pack or the builder"


def test_building_it_again_gives_the_same_bytes(tmp_path: Path) -> None:
    build_template(PACK, tmp_path / "a.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == blank()


def test_it_has_no_macros_and_no_links() -> None:
    assert not [name for name in parts(blank()) if "vba" in name or "externalLink" in name]


# where the fields are


@pytest.mark.parametrize(
    ("form", "entries", "grid", "items", "totals"),
    [(BASIC, 5, 45, 0, 0), (MONITORING, 6, 12, 138, 0), (PROJECT, 5, 15, 66, 2), (WHOLE, 3, 12, 133, 2)],
)
def test_every_field_has_a_cell(form: str, entries: int, grid: int, items: int, totals: int) -> None:
    count = Counter(slot.part for slot in slots(form))
    assert (count["entry"], count["grid"], count["item"], count["total"]) == (entries, grid, items, totals)
    spec = PACK.forms[form]
    names = {slot.name for slot in slots(form)}
    assert {entry.name for entry in spec.entries} <= names
    assert {
        f"{row.name}.{column.name}"
        for grid_ in spec.grids
        for row in grid_.rows
        # rows that only other prints have are not drawn
        if not row.may_lack or any(row.label in texts for texts in spec.drawing.rows)
        for column in grid_.columns
        if grid_.has_cell(row.name, column)
    } <= names
    # our own print states sign and measure in the target itself
    beside = {name for ls in spec.lists for name in (ls.beside.sign, ls.beside.measure)}
    for column in spec.list_columns:
        drawn = any(slot.part == "item" and slot.field is column for slot in slots(form))
        assert drawn is (column.name not in beside), column.name


@pytest.mark.parametrize("form", FORMS)
def test_no_two_fields_share_a_cell(form: str) -> None:
    refs = Counter(slot.ref for slot in slots(form))
    assert not [ref for ref, times in refs.items() if times > 1]


@pytest.mark.parametrize(
    ("form", "name", "ref"),
    [
        (BASIC, "填报单位", "B2"),
        (BASIC, "编制数", "B4"),
        (BASIC, "整体支出.本年决算", "D20"),
        (MONITORING, "实施单位", "J3"),
        (MONITORING, "年度资金总额.全年预计执行数", "N5"),
        (MONITORING, "满意度指标/服务对象满意度指标.备注", "Q19"),
        (PROJECT, "预期目标", "B10"),
        (PROJECT, "产出指标/质量指标.得分", "H13"),
        (WHOLE, "年初设定目标", "C9"),
        (WHOLE, "全年完成情况", "E9"),
        (WHOLE, "效益指标.权重", "B29"),
        (WHOLE, "产出指标/时效指标/资金到位率.完成值", "F24"),
        (WHOLE, "总分.得分", "G34"),
    ],
)
def test_fields_stand_where_the_form_has_them(form: str, name: str, ref: str) -> None:
    assert layout(form).slots[name].ref == ref


# what a unit can and cannot change


@pytest.mark.parametrize("form", FORMS)
def test_only_what_is_to_be_filled_in_is_open(form: str) -> None:
    sheet = sheets(blank())[form]
    inputs = {slot.ref for slot in slots(form) if slot.is_input}
    labels = {"A13", "A14"} if form == BASIC else set()
    open_cells = {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if not cell.protection.locked and type(cell).__name__ == "Cell"
    }
    assert open_cells == inputs | labels
    assert {sheet[ref].fill.fgColor.rgb for ref in inputs} == {"FFFFFDF3"}


@pytest.mark.parametrize("form", [*FORMS, "填表说明"])
def test_sheets_are_protected_without_a_password_and_rows_can_be_inserted(form: str) -> None:
    protection = sheets(blank())[form].protection
    assert protection.sheet
    assert protection.password is None
    # in the file, "0" stands for allowed
    allowed = {"formatCells", "formatColumns", "formatRows", "insertRows"}
    assert {name for name in allowed if getattr(protection, name)} == set()
    assert protection.deleteRows
    assert protection.insertColumns


FORMULAS = {
    BASIC: {
        "D4": '=IF(N(B4)=0,"",C4/B4)',
        **{f"{col}6": f"=SUM({col}7,{col}10:{col}11)" for col in "BCD"},
        **{f"{col}7": f"=SUM({col}8:{col}9)" for col in "BCD"},
        **{f"{col}12": f"=SUM({col}13:{col}14)" for col in "BCD"},
    },
    MONITORING: {
        **{f"{col}5": f"=SUM({col}6:{col}7)" for col in "EHN"},
        **{f"K{row}": f'=IF(N(E{row})=0,"",H{row}/E{row})' for row in (5, 6, 7)},
    },
    PROJECT: {
        **{f"{col}5": f"=SUM({col}6:{col}8)" for col in "DEF"},
        "H5": '=IF(N(E5)=0,"",F5/E5)',
        "I5": '=IF(H5="","",ROUND(MIN(H5,1)*G5,2))',
        "G21": "=SUM(G12:G20,G5)",
        "H21": "=SUM(H12:H20,I5)",
    },
    WHOLE: {
        **{f"G{row}": f'=IF(N(E{row})=0,"",F{row}/E{row})' for row in (4, 5, 6, 7)},
        "B34": "=SUM(B12,B20,B29)",
        "G34": "=SUM(G12:G33)",
    },
}


@pytest.mark.parametrize("form", FORMS)
def test_sums_and_rates_are_computed_from_the_right_cells(form: str) -> None:
    sheet = sheets(blank())[form]
    found = {
        cell.coordinate: cell.value
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }
    assert found == FORMULAS[form]
    assert all(sheet[ref].protection.locked for ref in found)


def test_public_expenses_are_filled_in_by_hand() -> None:
    """Its parts are only some of what it holds: a sum would be wrong."""
    assert layout(BASIC).slots["公用经费.本年决算"].is_input


def test_points_are_filled_in_where_headings_give_them() -> None:
    sheet = sheets(blank())
    assert [sheet[PROJECT][f"G{row}"].value for row in range(12, 21)] == [15, 15, 10, 10, 8, 8, 7, 7, 10]
    assert sheet[PROJECT]["G5"].value == 10
    assert [sheet[WHOLE][ref].value for ref in ("B12", "B20", "B29")] == [30, 25, 45]
    assert sheet[WHOLE]["E20"].value == "≤100%"


VALIDATIONS = {
    "money": ("decimal", "warning"),
    "count": ("whole", "warning"),
    "score": ("decimal", "warning"),
    "tick": ("list", "warning"),
    # nothing the grammar of values allows may be refused
    "value": (None, None),
}
FORMATS = {"count": "0", "score": "General", "tick": "@", "value": "@", "text": "General"}


@pytest.mark.parametrize("form", FORMS)
def test_input_cells_say_what_belongs_in_them(form: str) -> None:
    sheet = sheets(blank())[form]
    rules: dict[str, Any] = {}
    for rule in sheet.data_validations.dataValidation:
        for square in rule.sqref.ranges:
            for row in sheet[square.coord] if ":" in square.coord else ((sheet[square.coord],),):
                for cell in row:
                    assert cell.coordinate not in rules
                    rules[cell.coordinate] = rule
    for slot in slots(form):
        if not slot.is_input:
            assert slot.ref not in rules
            continue
        kind = slot.field.type
        money = {"元": "#,##0.00", "万元": "0.00"}[PACK.forms[form].money]
        assert sheet[slot.ref].number_format == FORMATS.get(kind, money), slot.name
        if kind == "text":
            assert slot.ref not in rules
            continue
        rule = rules[slot.ref]
        wanted, style = VALIDATIONS[kind]
        assert rule.type in (wanted, "none" if wanted is None else wanted), slot.name
        assert rule.prompt
        if style:
            assert rule.errorStyle == style
            assert rule.error
            assert rule.allow_blank
    ticks = [rule for rule in rules.values() if rule.type == "list"]
    assert {rule.formula1 for rule in ticks} <= {'"√"'}


@pytest.mark.parametrize("form", FORMS)
def test_it_prints_on_a4_one_page_wide(form: str) -> None:
    sheet = sheets(blank())[form]
    drawing = PACK.forms[form].drawing
    assert str(sheet.page_setup.paperSize) == "9"
    assert (sheet.page_setup.orientation == "landscape") == drawing.landscape
    assert sheet.page_setup.fitToWidth in (None, 1)
    assert sheet.page_setup.fitToHeight == 0
    assert sheet.print_area.replace("$", "").endswith(
        f"A1:{sheet.cell(len(drawing.rows), len(drawing.widths)).coordinate}"
    )
    assert "&P" in str(sheet.oddFooter)


def test_the_narrow_label_runs_downwards() -> None:
    sheet = sheets(blank())
    assert sheet[MONITORING]["A9"].alignment.textRotation == 255
    assert sheet[PROJECT]["A11"].alignment.textRotation == 255


# what the reader makes of it


def test_the_blank_template_is_read_as_four_complete_forms() -> None:
    reading = read(blank())
    assert [(t.form, t.sheet, t.year, t.money_unit) for t in reading.tables] == [
        (BASIC, BASIC, 2020, "万元"),
        (MONITORING, MONITORING, 2020, "万元"),
        (PROJECT, PROJECT, 2020, "万元"),
        (WHOLE, WHOLE, 2020, "元"),
    ]
    assert not [b for t in reading.tables for b in t.bends if b.check in ("F014", "F015")]


def test_the_instructions_are_not_taken_for_a_form() -> None:
    (guide,) = read(blank()).other_sheets
    assert (guide.sheet, guide.nearest, guide.has_data) == ("填表说明", "", False)


def test_an_untouched_template_shows_sums_of_nothing_and_no_rates() -> None:
    basic, monitoring, project, whole = read(blank()).tables
    assert basic.fields["三公经费.本年预算"].number == 0
    assert basic.fields["控制率"].state is State.BLANK
    assert monitoring.fields["年度资金总额.期间执行率"].state is State.BLANK
    assert project.fields["年度资金总额.得分"].state is State.BLANK
    assert project.totals["分值"].number == 100
    assert project.totals["得分"].number == 0
    assert whole.totals["权重"].number == 100
    uncached = [v for t in read(blank()).tables for v in t.fields.values() if v.state is State.UNCACHED]
    assert uncached == []


def _typed(slot: TemplateSlot, number: int) -> str | int | float:
    kind = slot.field.type
    if kind == "money":
        return 100 + number + 0.25
    if kind in ("count", "score"):
        return number % 90 + 1
    return {"tick": "√", "value": f"{number}次"}.get(kind, f"第{number}处所填的文字")


def _read_at(table: Table) -> Counter[str]:
    """How many fields were read from each cell, headings and the points in labels aside."""
    lists = PACK.forms[table.form].list_with
    values = [*table.fields.values(), *table.totals.values()]
    for item in table.items:
        values += [
            v
            for name, v in item.values.items()
            if name != lists[name].points and name not in lists[name].levels[:2]
        ]
    return Counter(v.ref for v in values if v.state not in (State.BLANK, State.UNCACHED))


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_typed_lands_in_exactly_one_field(form: str) -> None:
    book = openpyxl.load_workbook(BytesIO(blank()))
    inputs = [slot for slot in slots(form) if slot.is_input]
    typed = {slot.ref: _typed(slot, number) for number, slot in enumerate(inputs, 1)}
    for ref, content in typed.items():
        book[form][ref] = content
    stream = BytesIO()
    book.save(stream)
    table = next(t for t in read(stream.getvalue()).tables if t.form == form)
    assert not [b for b in table.bends if b.check in ("F014", "F015")]
    found = _read_at(table)
    assert {ref: found[ref] for ref in typed} == dict.fromkeys(typed, 1)
    for slot in inputs:
        if slot.part in ("entry", "grid"):
            value = table.fields[slot.name]
            assert value.ref == slot.ref
            assert value.raw == str(typed[slot.ref]) or value.number == Decimal(str(typed[slot.ref]))
    for item in table.items:
        for name, value in item.values.items():
            if value.ref in typed and value.kind == "text":
                assert value.raw == typed[value.ref], name


# other years, other pages


def test_next_years_template_speaks_of_next_year() -> None:
    sheet = sheets(template_bytes(PACK, year=2021))
    assert sheet[BASIC]["A1"].value == "部门整体支出绩效自评基础数据表"
    assert [sheet[BASIC][ref].value for ref in ("B5", "C5", "C3")] == [
        "2020年决算数",
        "2021年预算数",
        "2021年实际在职人数",
    ]
    assert sheet[PROJECT]["A1"].value == "2021年项目支出绩效自评表"
    assert sheet[MONITORING]["H4"].value == "1-6月执行数"
    assert [t.year for t in read(template_bytes(PACK, year=2021)).tables] == [2021] * 4


def test_a_unit_with_several_projects_gets_a_page_for_each() -> None:
    pages = [Page(PROJECT, {"项目名称": name}) for name in ("道路养护", "校舍维修")]
    reading = read(template_bytes(PACK, pages=pages))
    assert [(t.sheet, t.fields["项目名称"].raw) for t in reading.tables] == [
        ("项目自评表", "道路养护"),
        ("项目自评表2", "校舍维修"),
    ]


def test_results_are_saved_with_what_was_filled_in(tmp_path: Path) -> None:
    """Programs that do not compute, ours among them, see the sums of a pre-filled workbook."""
    clean_unit(tmp_path / "单位.xlsx", "县水利局", seed=5, projects=3)
    reading = read((tmp_path / "单位.xlsx").read_bytes())
    assert [t.form for t in reading.tables] == [BASIC, *[MONITORING] * 3, *[PROJECT] * 3, WHOLE]
    basic, whole = reading.tables[0], reading.tables[-1]
    number = {name: value.number for name, value in basic.fields.items()}
    assert number["项目支出.本年决算"] == sum(
        t.fields["年度资金总额.全年执行数"].number or 0 for t in reading.tables if t.form == PROJECT
    )
    spent = whole.fields["项目支出.全年执行数"].number
    assert spent is not None
    assert number["项目支出.本年决算"] == spent / 10000
    assert whole.totals["得分"].number == 100
    assert not [v for t in reading.tables for v in t.fields.values() if v.state is State.UNCACHED]


@pytest.mark.parametrize("text", ["=1+1", "+1", "@SUM(A1)", "<r><t>x</t></r>", "http://example.org", "0123"])
def test_a_name_is_always_text(text: str) -> None:
    data = template_bytes(PACK, pages=[Page(BASIC, {"填报单位": text})])
    cell = sheets(data)[BASIC]["B2"]
    assert cell.data_type == "s"
    assert str(cell.value).strip() == text
    assert cell.hyperlink is None


@pytest.mark.parametrize(
    "fill",
    [
        {"填报单位名": "县水利局"},
        {"三公经费.本年预算": Decimal(1)},
        {"编制数": "十五"},
        {"填报单位": Decimal(1)},
    ],
)
def test_a_fill_the_form_has_no_place_for_is_refused(fill: dict[str, str | Decimal]) -> None:
    with pytest.raises(ValueError, match=r"栏|不能填"):
        template_bytes(PACK, pages=[Page(BASIC, fill)])


# mistakes in a pack


def _with(form: str, **changes: Any) -> PackForms:
    spec: FormSpec = replace(PACK.forms[form], **changes)
    return replace(PACK, forms={**PACK.forms, form: spec})


def _drawn(form: str, old: str, new: str) -> PackForms:
    drawing: Drawing = PACK.forms[form].drawing
    rows = tuple(tuple(new if text == old else text for text in row) for row in drawing.rows)
    return _with(form, drawing=replace(drawing, rows=rows))


def _shortened(form: str, rows: int) -> PackForms:
    drawing = PACK.forms[form].drawing
    return _with(form, drawing=replace(drawing, rows=drawing.rows[:rows]))


def _computing(name: str, formula: str) -> PackForms:
    def changed(entry: Field) -> Field:
        return replace(entry, formula=formula) if entry.name == name else entry

    return _with(BASIC, entries=tuple(changed(entry) for entry in PACK.forms[BASIC].entries))


@pytest.mark.parametrize(
    ("pack", "message"),
    [
        (_drawn(BASIC, "公用经费", "招待支出"), "公用经费"),
        (_drawn(BASIC, "{标题}", "某表"), "认不出"),
        (_with(BASIC, drawing=replace(PACK.forms[BASIC].drawing, widths=(1.0,))), "格数"),
        (_computing("控制率", "在职人数 / 编外人数"), "编外人数"),
        (_computing("控制率", "控制率 * 2"), "循环"),
        (_computing("控制率", "在职人数 == 编制数"), "条件"),
        (_drawn(WHOLE, "30", "三十"), "三十"),
        (_shortened(PROJECT, 11), "指标行"),
    ],
)
def test_a_mistake_in_the_pack_is_named(pack: PackForms, message: str) -> None:
    with pytest.raises(RulebookError, match=message):
        template_bytes(pack)


# formulas by themselves

WORDS = {"甲": ("A1",), "乙": ("A2",), "丙": ("A3",), "率": ("B1",), "各项": ("C1", "C2", "C3", "D1")}


def _formula(text: str, **given: int) -> tuple[str, Decimal | None]:
    computed = {
        "B1": Computed(parse_expression("甲 / 乙"), WORDS),
        "Z1": Computed(parse_expression(text), WORDS),
    }
    formulas = TemplateFormulas(computed, {ref: Decimal(value) for ref, value in given.items()})
    return formulas.text("Z1"), formulas.value("Z1")


@pytest.mark.parametrize(
    ("text", "formula", "value"),
    [
        ("甲 + 乙 + 丙", "SUM(A1:A3)", 14),
        ("甲 + 丙", "SUM(A1,A3)", 10),
        ("合计(各项) + 甲", "SUM(C1:C3,D1,A1)", 12),
        ("甲 - (乙 - 丙)", "A1-(A2-A3)", 6),
        ("(甲 + 1) * 2", "(A1+1)*2", 14),
        ("-甲 + 1", "-A1+1", -5),
        ("最大(甲, 乙) - 绝对值(丙)", "MAX(A1,A2)-ABS(A3)", 2),
        ("甲 / (乙 + 丙)", 'IF(SUM(A2:A3)=0,"",A1/SUM(A2:A3))', Decimal("0.75")),
        ("四舍五入(甲 / 乙, 0)", 'IF(N(A2)=0,"",ROUND(A1/A2,0))', 2),
        ("率 * 丙", 'IF(B1="","",B1*A3)', 6),
        ("率 + 丙 + 合计(各项)", "SUM(B1,A3,C1:C3,D1)", Decimal("11.5")),
        ("甲 / 率 / 丙", 'IF(OR(B1="",N(B1)=0,N(A3)=0),"",A1/B1/A3)', 1),
    ],
)
def test_a_formula_as_the_spreadsheet_has_it(text: str, formula: str, value: int | Decimal) -> None:
    assert _formula(text, A1=6, A2=4, A3=4, C1=1, C2=2, D1=3) == (formula, value)


LISTED = {
    "金额": ("E1", "E2", "E4"), "方式": ("F1", "F2", "F4"), "甲": ("A1",),
    "另额": ("E1", "E2"), "另式": ("F1", "F2"), "另源": ("G1", "G2"),
}  # fmt: skip
FILLED: dict[str, Decimal | str] = {
    "E1": Decimal(5),
    "E2": Decimal(7),
    "E4": Decimal(2),
    "F1": "询价",
    "F2": "招标",
    "F4": "询 价",
    "G1": "自筹",
}


@pytest.mark.parametrize(
    ("text", "formula", "value"),
    [
        (
            '合计(金额, 方式 == "询价")',
            '(SUMIFS(E1:E2,F1:F2,"询价")+SUMIFS(E4,F4,"询价"))',
            7,
        ),
        (
            '个数(另额, 另式 == "询价" 且 另源 != "财政") / 甲',
            'IF(N(A1)=0,"",COUNTIFS(E1:E2,"<>",F1:F2,"询价",G1:G2,"<>财政")/A1)',
            Decimal("0.5"),
        ),
        ("个数(金额)", '(COUNTIFS(E1:E2,"<>")+COUNTIFS(E4,"<>"))', 3),
        ('合计(金额, 方式 == "=*")', '(SUMIFS(E1:E2,F1:F2,"==~*")+SUMIFS(E4,F4,"==~*"))', 0),
    ],
)
def test_a_sum_by_a_condition_as_the_spreadsheet_has_it(
    text: str, formula: str, value: int | Decimal
) -> None:
    formulas = TemplateFormulas(
        {"Z1": Computed(parse_expression(text), LISTED)}, {**FILLED, "A1": Decimal(2)}
    )
    assert (formulas.text("Z1"), formulas.value("Z1")) == (formula, value)


@pytest.mark.parametrize(
    "text",
    [
        "合计(金额, 金额 > 3)",
        '合计(金额, 方式 == "询价" 或 方式 == "招标")',
        '合计(金额, 甲 == "询价")',
        "平均(金额)",
    ],
)
def test_a_condition_that_no_cell_can_test_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match=r"条件只能写|不在同一块明细|平均"):
        TemplateFormulas({"Z1": Computed(parse_expression(text), LISTED)}, {}).text("Z1")


@pytest.mark.parametrize(
    "text", ["甲 / 乙", "率 * 丙", "四舍五入(最小(率, 1) * 丙, 2)", "-率", "甲 / (乙 + 丙)"]
)
def test_a_rate_shows_nothing_until_there_is_something_to_divide_by(text: str) -> None:
    assert _formula(text, A1=6)[1] is None


def test_sums_count_blanks_as_nothing() -> None:
    assert _formula("甲 + 乙 + 率", A1=6)[1] == 6


@pytest.mark.parametrize("text", ["甲 > 1", "平均(各项)", "各项 + 1", "甲 + 丁", "已填(甲)"])
def test_what_a_cell_cannot_compute_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        _formula(text)
