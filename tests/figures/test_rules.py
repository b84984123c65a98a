"""figures.toml: what the figures of a unit are made of, checked when the pack loads."""

from __future__ import annotations

import pytest

from batch.config.entries import Entry, RulebookError
from batch.config.rulebook import load_rulebook
from batch.config.toml_text import TomlText
from batch.figures.figure_rules import figure_rules
from batch.model.unit_facts import LastFacts, MonitoringFacts, ProjectFacts, UnitFacts
from tests.paper import PACK, rules

_UNIT = """[unit]
staff_rate_filled = "基础数据表.控制率"
staff_rate = "基础数据表.在职人数 / 基础数据表.编制数"
[monitoring]
remarks = "备考"
[money."追加"]
text = "追加超过{界限}"
amount = "total_spent"
checks = ["J126"]
over = "J126.零分率"
"""


def _read(text: str) -> None:
    book, told = load_rulebook(PACK), TomlText("figures.toml", text)
    read = told.read()
    if "monitoring" in read:
        read["monitoring"] = {**book.figures["monitoring"].data, **read["monitoring"]}
    book.figures = {name: Entry(table, told, (name,)) for name, table in read.items()}
    figure_rules(book, rules().forms)


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("表.在职人数", "表.在岗人数", 3, "“基础数据表.在岗人数”不是表里的项目或栏目"),
        ("staff_rate =", "stuff_rate =", 3, "stuff_rate.*是不是“staff_rate”"),
        ('控制率"', '控制率 * 2"', 2, "“staff_rate_filled”要写一个项目的名称，不是算式"),
        (" / ", " ( ", 3, "写法有误"),
        ("[unit]", "[units]", 1, "“units”，是不是“unit”"),
        ('"基础数据表.控制率"', "3", 2, "staff_rate_filled"),
        ("备考", "备考", 5, "“备考”不是监控表里的项目或栏目"),
        ("total_spent", "total_spend", 8, "“total_spend”，是不是“total_spent”"),
        ('"J126"', '"J999"', 9, "没有检查“J999”"),
        ("J126.零分率", "J126.满分率", 10, "“J126.满分率”应为“检查编号.界限”"),
    ],
)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: int, message: str) -> None:
    with pytest.raises(RulebookError, match=f"figures.toml 第{line}行：.*{message}"):
        _read(_UNIT.replace(old, new))


def test_every_figure_of_the_pack_is_one_of_the_facts() -> None:
    made = rules().figures
    assert made.unit.figures.keys() | made.whole.figures.keys() <= set(UnitFacts.__dataclass_fields__)
    assert made.project.figures.keys() <= set(ProjectFacts.__dataclass_fields__)
    assert made.monitoring.figures.keys() | made.monitoring.columns.keys() <= set(
        MonitoringFacts.__dataclass_fields__
    )
    assert made.last_year.keys() <= set(LastFacts.__dataclass_fields__)


def test_a_pack_of_projects_alone_has_no_figures_of_the_whole_unit() -> None:
    book = load_rulebook("generic-10hao")
    assert set(book.figures) == {"project", "monitoring", "money"}
