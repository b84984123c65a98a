"""Ties of a pack that compare the units of a batch: each finds its mistake and lets the right thing pass."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.unit.rules import Context, load_rules
from tests.packs.planted import ASSETS
from tests.packs.workbooks import FOLDER, filled

FORM = "资产季报"
TIES = """
[[check]]
id = "L301"
title = "每件原值远高于别的单位"
form = "资产季报"
each = "批次"
when = "处置.件数 > 0"
tie = "处置.金额 / 处置.件数 <= 倍数 * 各单位中位数(处置.金额 / 处置.件数)"
thresholds = { "倍数" = "3", "最少单位数" = "4" }
at = "处置.金额"
message = "{单位}每件{左}万元，多于{算式}＝{右}万元（{处置.件数}件）"
[[check]]
id = "L302"
title = "批准文号与别的单位相同"
form = "资产季报"
each = "批次"
tie = "各单位相同(批准文号) == 0"
severity = "错误"
[[check]]
id = "L303"
title = "一家占了全部处置的大半"
form = "资产季报"
each = "批次"
tie = "处置.金额 <= 0.5 * 各单位合计(处置.金额)"
severity = "提示"
"""
RIGHT = ASSETS.right[FORM]
PAPERS = {"G18": "县财资〔2024〕12号", "G19": "县财资〔2024〕19号"}


def pack(folder: Path, checks: str = TIES) -> Path:
    shutil.copytree(FOLDER / "assets", folder, ignore=shutil.ignore_patterns("*.xlsx"))
    (folder / "checks" / "资产季报.toml").write_text(checks, encoding="utf-8")
    return folder


@dataclass(frozen=True, slots=True)
class Night:
    findings: list[dict[str, Any]]
    #: by check: 通过, 违反, 不适用, 无法检查
    ended: dict[str, tuple[int, ...]]

    def told(self) -> set[tuple[str, str, str]]:
        """(check, unit, cell)"""
        return {(f["check"], f["unit"], f["cell"]) for f in self.findings if f["check"].startswith("L3")}


def night(tmp_path: Path, units: Mapping[str, Mapping[str, str | float]]) -> Night:
    """A night over units that filled in what is right but for these cells."""
    rules, folder = pack(tmp_path / "资产"), tmp_path / "轮"
    forms = load_rules(Context(str(rules))).forms
    assert CliRunner().invoke(cli, ["init", str(folder), "--pack", str(rules)]).exit_code == 0
    for number, (name, cells) in enumerate(units.items()):
        own = {ref: f"{text[:-1]}〔{name}〕" for ref, text in PAPERS.items()}
        made = {**RIGHT, **own, "C2": name, **cells}
        content = filled(forms, {FORM: {ref: text for ref, text in made.items() if text != ""}})
        (folder / "inbox" / f"{number}.xlsx").write_bytes(content)
    settings = str(folder / "jixiao.toml")
    done = CliRunner().invoke(cli, ["--config", settings, "run", "--engine", "local"])
    assert done.exit_code == 0, done.output
    lines = (folder / "outbox" / "findings.jsonl").read_text(encoding="utf-8").splitlines()
    book = openpyxl.load_workbook(folder / "outbox" / "清单.xlsx", read_only=True)
    rows = [row for row in book["口径与规则"].iter_rows(values_only=True) if str(row[0]).startswith("L3")]
    return Night(
        list(map(json.loads, lines)), {str(row[0]): tuple(int(str(n)) for n in row[7:11]) for row in rows}
    )


def test_a_figure_far_from_the_others_and_a_text_that_others_have_too(tmp_path: Path) -> None:
    same = {"G19": "县财资〔2024〕 77 号"}
    found = night(
        tmp_path,
        {
            "县水利局": same,
            "县林业局": {"G18": "县财资 〔2024〕77号"},
            "县农机局": {"D7": 900000},
            # nothing sold: no figure by item, and no mistake
            "县统计局": {"C7": 0, "D7": 0},
            "县档案局": {"D7": ""},
            "县气象局": {},
        },
    )
    assert found.told() == {
        ("L301", "县农机局", "D7"),
        ("L302", "县水利局", "G19"),
        ("L302", "县林业局", "G18"),
        # 90 of 165.30
        ("L303", "县农机局", "D7"),
    }
    messages = {(f["check"], f["unit"]): f["message"] for f in found.findings}
    # 90 ÷ 6 beside 25.1 ÷ 6
    assert messages["L301", "县农机局"] == "县农机局每件15.00万元，多于3×各单位中位数4.18＝12.55万元（6件）"
    assert messages["L302", "县水利局"] == "批准文号与别的单位相同。与县林业局填的相同。"
    (told,) = [f for f in found.findings if f["check"] == "L302" and f["unit"] == "县水利局"]
    # the unit that sold nothing has no figure by item, the one that left it blank none at all
    assert found.ended == {"L301": (3, 1, 1, 1), "L302": (4, 2, 0, 0), "L303": (4, 1, 0, 1)}
    assert (told["field"], told["filled"]) == ("台式计算机.批准文号", "县财资〔2024〕 77 号")


def test_what_cannot_be_compared_is_not_called_right(tmp_path: Path) -> None:
    found = night(tmp_path, {"县水利局": {}, "县林业局": {"D7": "", "G18": "", "G19": ""}})
    assert found.told() == set()
    assert found.ended == {"L301": (0, 0, 0, 2), "L302": (0, 0, 0, 2), "L303": (0, 0, 0, 2)}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("各单位中位数(处置", "¶各单位众数(处置", "里没有“各单位众数”这个函数"),
        ('"各单位相同(批准文号) == 0"', '¶"批准文号 != 0"', "的算式要与各单位比较，用各单位合计、"),
        ("各单位相同(批准文号) == 0", "¶各单位合计(处置原值) > 0", "明细表的栏只能单独用在“各单位相同”里"),
        ("各单位合计(处置.金额)", "¶各单位合计(处置)", "“处置”不是一个格：各单位之间比较的，写单栏、行.栏"),
        ('each = "批次"\ntie = "处置', 'each = "表"\n¶tie = "处置', "“各单位合计”只用在 each"),
        ("{处置.件数}件", "¶{购置.件数}件", "文字里“{购置.件数}”没有来处"),
        ('tie = "处置', '¶zero = ["处置.金额"]\ntie = "处置', 'each = "批次" 的检查没有 zero'),
    ],
)  # fmt: skip
def test_slips_in_ties_across_units_are_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in TIES
    marked = TIES.replace(old, new, 1)
    folder = pack(tmp_path / "资产", marked.replace("¶", ""))
    line = marked[: marked.index("¶")].count("\n") + 1
    told = CliRunner().invoke(cli, ["packs", "check", str(folder)], prog_name="jixiao").output
    start = f"规则文件资产/checks/资产季报.toml 第{line}行："
    assert any(one.startswith(start) and said in one for one in told.splitlines()), told
