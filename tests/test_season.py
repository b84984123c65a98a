"""A season played through: twelve units, several nights, and the year after."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from batch.app.cli import cli
from batch.config.settings import Settings
from batch.forms.spec.labels import squeeze
from batch.night import run_night
from batch.outputs import Night
from batch.workbook.read.xlsx import read_workbook
from tests.returns.test_explanations import explained
from tests.roster.sheets import save
from tests.sample_units import clean_unit

UNITS = [
    "县教育局", "县水利局", "县林业局", "县统计局", "县档案馆", "县图书馆",
    "县审计局", "县司法局", "县财政局", "县民政局", "县交通局", "县文化馆",
]  # fmt: skip
DAY = 86_400
#: 2021-03-10 in the morning, UTC; the round ends on the 12th
START = 1_615_340_000
DEADLINE = "2021-03-12"


class Season:
    """A bureau's folder over the season."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.inbox, self.outbox = root / "inbox", root / "outbox"
        self.inbox.mkdir(parents=True)
        self.settings = Settings(
            inbox=self.inbox,
            outbox=self.outbox,
            roster=root / "单位名册.xlsx",
            deadline=DEADLINE,
            engine="local",
        )
        head = ("单位编码", "单位全称", "简称或别名", "主管部门", "联系人", "电话")
        units = [
            (
                f"10{n:02}",
                name,
                name.replace("县", ""),
                "县教育局" if name == "县图书馆" else "",
                "财务室",
                f"0731-{n}",
            )
            for n, name in enumerate(UNITS, 1)
        ]
        save(root / "单位名册.xlsx", {"单位": [head, *units]})

    def put(self, name: str, data: bytes, day: float) -> None:
        path = self.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (START + day * DAY, START + day * DAY))

    def night(self) -> Night:
        return run_night(self.settings)

    def results(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads((self.outbox / "results.json").read_text("utf-8"))
        return content

    def statuses(self) -> dict[str, str]:
        return {unit["unit"]: unit["status"] for unit in self.results()["units"]}

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.outbox / "findings.jsonl").read_text("utf-8").splitlines()]

    def findings(self, unit: str, check: str) -> list[dict[str, Any]]:
        return [f for f in self.lines() if (f["unit"], f["check"]) == (unit, check)]

    def copy(self, unit: str) -> bytes:
        (path,) = (self.outbox / "批注" / unit).iterdir()
        return path.read_bytes()


def unit_file(folder: Path, name: str, seed: int, **edits: float | str) -> bytes:
    """A unit's workbook without mistakes, and then with `edits` (place → value) on 基础数据表."""
    path = folder / f"{name}.xlsx"
    clean_unit(path, name, seed, projects=1)
    if not edits:
        return path.read_bytes()
    book = openpyxl.load_workbook(path)
    for ref, value in edits.items():
        book["基础数据表"][ref] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


#: where 控制率 stands on the template
RATE = "D4"


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Season:
    return Season(tmp_path_factory.mktemp("season"))


def test_a_season(season: Season, tmp_path: Path) -> None:
    files = {name: unit_file(tmp_path, name, seed) for seed, name in enumerate(UNITS)}
    wrong = unit_file(tmp_path, "县教育局", 0, **{RATE: "12.34%"})

    # the first night: seven units, one of them wrong, one under its short name, one that nobody knows
    season.put("县教育局/附表.xlsx", wrong, 0)
    crowded = unit_file(tmp_path, "县水利局", 1, C4=99)
    for name in UNITS[1:6]:
        season.put(f"{name}/附表.xlsx", crowded if name == "县水利局" else files[name], 0)
    season.put("审计局/附表.xlsx", unit_file(tmp_path, "审计局", 6), 0)
    season.put("镇卫生院.xlsx", unit_file(tmp_path, "镇卫生院", 20), 0)
    first = season.night()
    assert first.read == 8
    assert [f["status"] for f in season.findings("县水利局", "J102")] == ["open"]
    assert season.statuses()["县教育局"] == "退回"
    assert "县审计局" in season.statuses()
    totals = season.results()["totals"]
    assert (totals["due"], totals["missing"], totals["units"]) == (12, 5, 8)
    assert [unit["unit"] for unit in totals["missing_units"]] == UNITS[7:]
    codes = {unit["unit"]: unit["code"] for unit in season.results()["units"]}
    assert (codes["县审计局"], codes["镇卫生院"]) == ("1007", "")
    assert [f["cell"] for f in season.findings("县教育局", "J101")] == [RATE]
    assert (season.outbox / "退回通知" / "县教育局.xlsx").is_file()

    # nothing new: nothing is read, and every byte stays
    before = {p: p.read_bytes() for p in season.outbox.rglob("*") if p.is_file() and ".jixiao" not in p.parts}
    assert season.night().read == 0
    assert before == {
        p: p.read_bytes() for p in season.outbox.rglob("*") if p.is_file() and ".jixiao" not in p.parts
    }

    # the second night: corrected on the marked copy; a question explained; a file withdrawn; a duplicate
    fixed = openpyxl.load_workbook(io.BytesIO(season.copy("县教育局")))
    right = openpyxl.load_workbook(io.BytesIO(files["县教育局"]))
    fixed["基础数据表"][RATE] = right["基础数据表"][RATE].value
    out = io.BytesIO()
    fixed.save(out)
    season.put("县教育局/附表.xlsx", out.getvalue(), 1)
    season.put("县水利局/附表.xlsx", explained(season.copy("县水利局"), "J102"), 1)
    (season.inbox / "县图书馆" / "附表.xlsx").unlink()
    season.put("县林业局/附表（1）.xlsx", files["县林业局"], 1)
    second = season.night()
    assert [f["status"] for f in season.findings("县水利局", "J102")] == ["explained"]
    assert season.statuses()["县教育局"] != "退回"
    assert not season.findings("县教育局", "J101")
    assert not (season.outbox / "退回通知" / "县教育局.xlsx").exists()
    assert not (season.outbox / "批注" / "县图书馆").exists()
    assert season.results()["totals"]["missing"] == 6
    assert second.read < 8
    # who was seen first stays who was seen first
    seen = {f["first_seen"] for f in season.findings("镇卫生院", "F022")}
    assert seen <= {first.batch}

    # what was said and who came back is remembered without reading anything again
    assert season.night().read == 0

    # the third night: a late one, and the explained file sent anew without the explanation
    season.put("县水利局/附表.xlsx", crowded, 5)
    season.put("县司法局.xlsx", files["县司法局"], 5)
    season.night()
    assert season.results()["totals"]["missing"] == 5
    assert [f["status"] for f in season.findings("县水利局", "J102")] == ["explained"]
    assert "县司法局" in season.statuses()

    # what moved since the night before is told, and by whom
    changes = openpyxl.load_workbook(season.outbox / "清单.xlsx")["本次变化"]
    moved = [row[1:4] for row in changes.iter_rows(values_only=True)]
    assert ("县司法局", "未报", season.statuses()["县司法局"]) in moved
    late_one = season.findings("县司法局", "G804")
    assert [f["filled"] for f in late_one] == ["2021年3月15日"]
    assert {f["unit"] for f in season.lines() if f["check"] == "G801"} == {
        unit["unit"] for unit in season.results()["totals"]["missing_units"]
    }

    result = CliRunner().invoke(cli, ["--config", str(config(season)), "status", "--json"])
    assert result.exit_code == 0, result.output
    now = json.loads(result.stdout)
    assert (now["due"], now["reported"], now["outside"], now["statuses"]["未报"]) == (12, 7, 1, 5)
    late = {row["unit"]: row["days_late"] for row in now["units"] if row["status"] == "未报"}
    assert min(late.values()) > 1000
    assert Counter(row["phone"] for row in now["units"])["0731-12"] == 1


def in_a_later_year(data: bytes, edits: dict[str, str] | None = None) -> bytes:
    """The same workbook for 2021: its year moved on, the figures of its year before replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).decode("utf-8")
            content = content.replace("2020年", "2021年").replace("2019年", "2020年")
            for text, other in (edits or {}).items():
                content = content.replace(f"<v>{text}</v>", f"<v>{other}</v>")
            new.writestr(name, content)
    return out.getvalue()


def figures(data: bytes, row: str) -> list[str]:
    """A row of 基础数据表 as stored: 上年决算, 本年预算, 本年决算."""
    sheet = next(s for s in read_workbook(data, "").sheets if s.name == "基础数据表")
    found = next(place for place, cell in sheet.cells.items() if squeeze(cell.raw).endswith(row))
    return [sheet.cells[found[0], found[1] + n].raw for n in (1, 2, 3)]


def test_the_year_after(season: Season, tmp_path: Path) -> None:
    """What was accepted becomes last year: right figures pass, a wrong one is told at its cell."""
    accepted = {name for name, status in season.statuses().items() if status == "通过"}
    right, wrong = "县林业局", "县统计局"
    assert {right, wrong} <= accepted
    files = {
        name: unit_file(tmp_path, name, seed) for seed, name in enumerate(UNITS) if name in (right, wrong)
    }
    later = season.root / "2021"
    settings = replace(season.settings, inbox=later, year=2021, deadline="2022-03-12")
    for name, data in files.items():
        before, _, now = figures(data, "公务接待")
        edits = {before: now} if name == right else {before: "99.99"}
        path = later / f"{name}.xlsx"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(in_a_later_year(data, edits))
        os.utime(path, (START + 366 * DAY, START + 366 * DAY))
    run_night(settings)
    told = {unit: season.findings(unit, "Y701") for unit in (right, wrong)}
    cells = {unit: {f["cell"] for f in found} for unit, found in told.items()}
    sheet = next(s for s in read_workbook(files[wrong], "").sheets if s.name == "基础数据表")
    row = next(place for place, cell in sheet.cells.items() if squeeze(cell.raw).endswith("公务接待"))[0]
    assert f"B{row}" in cells[wrong]
    assert f"B{row}" not in cells[right]
    (finding,) = [f for f in told[wrong] if f["cell"] == f"B{row}"]
    assert finding["filled"] == "99.99"
    book = openpyxl.load_workbook(season.outbox / "清单.xlsx")
    compared = [row[1] for row in book["与上年对比"].iter_rows(min_row=5, values_only=True) if row[1]]
    assert {right, wrong} <= set(compared)
    # another round has no batch before it
    contents = [row[1:3] for row in book["目录"].iter_rows(values_only=True)]
    assert ("本次变化", "没有这张表：这是第一个批次，没有可以比较的批次") in contents


def config(season: Season) -> Path:
    path = season.root / "jixiao.toml"
    path.write_text(f'deadline = "{DEADLINE}"\nengine = "local"\n', encoding="utf-8")
    return path
