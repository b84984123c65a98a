"""A unit is known by its name, whatever stands around it in the cell."""

from __future__ import annotations

import pytest

from batch.forms.read.unit_names import unit_name


@pytest.mark.parametrize(
    "written",
    [
        "906017 某某局",
        "906017-某某局",
        "907001--某某局",
        "[906017]某某局",
        "（单位编码：906017）某某局",
        "906017某某局",
        "某某局（盖章）",
        "某某局（加盖单位公章）：",
        "某某局 盖 章",
        "（盖章）某某局",
        "某某局。",
        "某某局公章",
        "某某局（盖章",
        "某某局 2021年3月5日",
        "某某局（公章）2021.3.5",
        "某某局 二〇二一年三月",
        "某某局(公章) 填报日期：2021年3月5日",
        "某某局 填报日期",
        "某某局（代码305001）",
        "某某局   金额单位：万元",
        "906017-某某局（盖章） 2021年3月5日",
    ],
)
def test_codes_seals_dates_and_remarks_come_off(written: str) -> None:
    assert unit_name(written) == "某某局"


@pytest.mark.parametrize(
    "name", ["101中学", "某市第101中学", "某某印章管理所", "某县公安局（交警大队）", "盖章", "某某局305001"]
)
def test_what_belongs_to_the_name_stays(name: str) -> None:
    assert unit_name(name) == name
