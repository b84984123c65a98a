"""What stands in the same cell of most units of a batch is print: nobody is told of it as theirs."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl

from batch.config.settings import Settings
from batch.night import run_night
from batch.returns.round_heading import RESULTS_SHEET
from tests.sample_units import clean_unit

BASIC, PROJECT, WHOLE = "基础数据表", "项目自评表", "整体自评表"
TOWNS = ("永安镇", "北盛镇", "龙伏镇", "社港镇")


def send(inbox: Path, name: str, edits: dict[str, str]) -> None:
    path = inbox / name / "报送.xlsx"
    path.parent.mkdir(parents=True)
    clean_unit(path, projects=1)
    book = openpyxl.load_workbook(path)
    book[BASIC]["B2"] = book[WHOLE]["C2"] = book[PROJECT]["F3"] = book["监控表"]["J3"] = name
    for place, typed in edits.items():
        sheet, _, ref = place.partition("!")
        book[sheet][ref] = typed
    book.save(path)


def told(outbox: Path) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = {}
    for line in (outbox / "findings.jsonl").read_text(encoding="utf-8").splitlines():
        finding = json.loads(line)
        if finding["check"] in ("F012", "F015", "X322", "Z422", "Z424"):
            found.setdefault(finding["unit"], set()).add((finding["check"], finding["cell"]))
    return found


def test_words_of_most_units_at_one_place_are_print_and_words_of_one_unit_are_its_own(tmp_path: Path) -> None:
    inbox, outbox = tmp_path / "inbox", tmp_path / "outbox"
    printed = {
        f"{PROJECT}!J11": "佐证材料",
        f"{WHOLE}!D30": "社会效益指标（完成情况",
        f"{WHOLE}!E31": "达标率=达标数÷总数",
    }
    own = {f"{WHOLE}!D32": "可持续影响）完成情况", f"{WHOLE}!E32": "环保条例"}
    for name in TOWNS[:3]:
        send(inbox, name, printed | (own if name == TOWNS[0] else {}))
    settings = Settings(inbox=inbox, outbox=outbox, engine="local")
    run_night(settings)
    mine = {TOWNS[0]: {("Z424", "D32"), ("Z422", "E32")}}
    assert told(outbox) == mine
    sheet = openpyxl.load_workbook(outbox / "批注" / TOWNS[1] / "报送.xlsx")[RESULTS_SHEET]
    assert "佐证材料" not in {word for row in sheet.iter_rows(values_only=True) for word in map(str, row)}
    # nothing is read again, and it stays so
    run_night(settings)
    assert told(outbox) == mine
    # two of four units are not most: everybody is told again, copies and all
    for name in TOWNS[2:]:
        send(inbox if name == TOWNS[3] else tmp_path / "away", name, {})
    (inbox / TOWNS[2] / "报送.xlsx").write_bytes((tmp_path / "away" / TOWNS[2] / "报送.xlsx").read_bytes())
    run_night(settings)
    theirs = {("F015", "J11"), ("Z424", "D30"), ("Z422", "E31")}
    assert told(outbox) == {TOWNS[0]: mine[TOWNS[0]] | theirs, TOWNS[1]: theirs}
