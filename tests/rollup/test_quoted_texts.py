"""Texts that look like formulas stay texts in every sheet of ours, also after somebody edited the cell."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import openpyxl
from click.testing import CliRunner

from batch.app.cli import cli
from batch.model.markup import looks_like_formula
from tests.sample_units import clean_unit
from tests.workbook.rich import members, repacked

NAMES = ("=1+1局", "+统计局", "@档案馆", "-1+1林业局")
OWN = ("审核结果", "说明填写", "问题明细", "重算指标")


def test_every_sheet_of_ours_marks_texts_that_look_like_formulas(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "in", tmp_path / "out"
    for number, name in enumerate(NAMES):
        path = inbox / f"甲{number}" / "表.xlsx"
        path.parent.mkdir(parents=True)
        clean_unit(path, name, seed=number)
        data = path.read_bytes()
        part = "xl/worksheets/sheet1.xml"
        # sums that do not add up, for findings with differences such as +13.33
        changed = re.sub(rb"<v>(\d+\.\d+)</v>", rb"<v>1\1</v>", members(data)[part], count=9)
        path.write_bytes(repacked(data, {part: changed}))
    ended = CliRunner().invoke(cli, ["run", "--inbox", str(inbox), "--outbox", str(outbox), "--workers", "1"])
    assert ended.exit_code == 0, ended.output
    seen: dict[str, int] = {}
    for path in sorted(outbox.rglob("*.xlsx")):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path)
        for sheet in book:
            if {"批注", "建议稿"} & set(path.parts) and sheet.title not in OWN:
                continue
            for row in sheet:
                for cell in row:
                    if cell.data_type == "s" and looks_like_formula(str(cell.value)):
                        assert cell.quotePrefix, (path.name, sheet.title, cell.coordinate, cell.value)
                        seen[sheet.title] = seen.get(sheet.title, 0) + 1
    assert {"问题明细", "退回通知", "首页", "单位总表"} <= set(seen), seen
