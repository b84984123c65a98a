"""Rows of the template are as high as their printed texts need, unless the drawing says how high they are."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import openpyxl

from batch.forms.template.workbook import template_bytes
from batch.unit.rules import Context, load_rules
from tests.config.small_pack import FORM, small_pack

LONG = "办公费（含印刷费、邮电费、办公用品购置费、书报杂志费和其他日常办公支出）"
DRAWN = FORM.replace('name = "办公费"', f'name = "办公费"\nlabel = "{LONG}"').replace(
    '["办公费", "", ""]', f'["{LONG}", "", ""]'
)


def heights(folder: Path, form: str, decor: str = "") -> dict[int, float]:
    pack = small_pack(folder, 季报=form)
    if decor:
        head = (pack / "pack.toml").read_text(encoding="utf-8")
        (pack / "pack.toml").write_text(f'{head}decor = ["{decor}"]\n', encoding="utf-8")
    book = openpyxl.load_workbook(BytesIO(template_bytes(load_rules(Context(str(pack))).forms)))
    return {row: book["季报"].row_dimensions[row].height for row in range(1, 7)}


def test_a_row_is_as_high_as_its_longest_text(tmp_path: Path) -> None:
    usual = heights(tmp_path / "短", FORM)
    assert usual == {1: 30.75, 2: 21, 3: 21, 4: 21, 5: 21, 6: 21}
    # 72 half-width characters in a column of 24
    assert heights(tmp_path / "长", DRAWN) == {**usual, 5: 48}


def test_the_drawing_s_own_height_stands(tmp_path: Path) -> None:
    said = DRAWN.replace('sheet = "季报"', 'sheet = "季报"\nheights = { 1 = 27, 5 = 30 }')
    assert heights(tmp_path, said) == {1: 27, 2: 21, 3: 21, 4: 21, 5: 30, 6: 21}


def test_a_text_beside_several_rows_makes_each_of_them_higher(tmp_path: Path) -> None:
    rows = ['["{标题}", "<", "<"', '["填报单位", "", "<"', '["项目（万元）", "预算", "支出"']
    form = DRAWN.replace("widths = [24, 16, 16]", "widths = [12, 24, 16, 16]").replace(LONG, "办公费")
    form = form.replace(rows[0], rows[0] + ', "<"').replace(rows[1], '["填报单位", "", "<", "<"')
    aside = "经费支出情况，包括合计和两个分项，按本级财政批复的预算和实际支出填报，不含上级专项"
    form = form.replace(rows[2], '["项目（万元）", "<", "预算", "支出"')
    form = form.replace('["公用经费合计"', f'["{aside}", "公用经费合计"')
    form = form.replace('["办公费"', '["^", "办公费"').replace('["水电费"', '["^", "水电费"')
    # 80 half-width characters in a column of 12, seven lines of 14 beside three rows
    found = heights(tmp_path, form, aside)
    assert [found[row] for row in (4, 5, 6)] == [35.25] * 3
