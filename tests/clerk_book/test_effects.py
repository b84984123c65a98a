"""Rulings of the roster: those that are meant take effect, all others are told with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from tests.test_season import RATE, Season, config, unit_file

HEAD = ("单位", "规则编号", "报表", "字段", "位置", "决定", "有效期至")
#: a ruling, and what is told of it; "" for one that has an effect
RULINGS = (
    (("县教育局", "J101", None, None, f"基础数据表！{RATE.lower()}", "豁免", None), ""),
    (("县水利局", "J102", "部门整体支出绩效评价基础数据表", "在职人数", None, "豁免", "2021-12-31"), ""),
    (("县水利局", "J102 在职人数不超过编制数", None, f"基础数据表!{RATE}", None, "豁免", None), "问题不在"),
    (("县水利局", "J999", None, None, None, "豁免", None), "没有编号为“J999”的检查"),
    (("县水利局", "J102", None, None, None, "豁免", "2020-12-31"), "有效期到2020-12-31"),
    (("县水利局", "J102", "甲表", None, None, "豁免", None), "不是规定的表名"),
    (("县水利局", "J102", None, "公用经费", None, "豁免", None), "在基础数据表“在职人数”"),
    (("县水利局", None, None, None, "第二格", "豁免", None), "不是单元格"),
    (("县教育局", "J118", None, None, None, "豁免", None), "现在没有J118的问题"),
    (("县林业局", "J101", None, None, None, "采纳", None), "这是错误，不能用说明代替改正"),
    (("县统计局", "J102", None, None, None, "不采纳", None), "单位还没有说明"),
    (("县民政局", "J102", None, None, None, "豁免", None), "没有县民政局的报表"),
)


@pytest.fixture
def season(tmp_path: Path) -> Season:
    import openpyxl

    season = Season(tmp_path)
    path = tmp_path / "单位名册.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book.create_sheet("裁定")
    for row in (HEAD, *(row for row, _ in RULINGS)):
        sheet.append(row)
    book.save(path)
    wrong: dict[str, float | str] = {RATE: "12.34%"}
    crowded: dict[str, float | str] = {"C4": 99}
    units = {"县教育局": wrong, "县水利局": crowded, "县林业局": wrong, "县统计局": crowded}
    for seed, (name, edits) in enumerate(units.items()):
        season.put(f"{name}/附表.xlsx", unit_file(tmp_path, name, seed, **edits), 0)
    return season


def test_every_ruling_has_an_effect_or_is_told_with_the_reason(season: Season) -> None:
    night = season.night()
    told = {problem.cell[1:]: str(problem) for problem in night.problems}
    for row, (_, words) in enumerate(RULINGS, 2):
        assert words in told.get(str(row), ""), (row, told.get(str(row)))
        assert bool(words) == (str(row) in told)
    assert [f["status"] for f in season.findings("县教育局", "J101")] == ["waived"]
    assert [f["status"] for f in season.findings("县水利局", "J102")] == ["waived"]
    # the batch that comes to what was there already says the same, and so does the command for the standing
    assert season.night().problems == night.problems
    shown = CliRunner().invoke(cli, ["--config", str(config(season)), "status"])
    assert shown.exit_code == 0
    for problem in night.problems:
        assert str(problem) in shown.stderr
