"""What a batch comes to is remembered whole: findings about units that sent nothing are as good as others."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from batch.config.settings import Settings
from batch.night import run_night
from tests.sample_units import clean_unit

UNIT, SILENT = "县教育局", "县审计局"


def records(outbox: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (outbox / "findings.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_unit_that_sent_nothing_is_listed_and_remembered(tmp_path: Path) -> None:
    import xlsxwriter

    sent = tmp_path / "inbox" / f"{UNIT}.xlsx"
    sent.parent.mkdir()
    clean_unit(sent, UNIT, 1, projects=1)
    with xlsxwriter.Workbook(tmp_path / "名册.xlsx") as book:
        book.add_worksheet("单位").write_row(0, 0, ["单位编码", "单位全称"])
        for row, name in enumerate((UNIT, SILENT), 1):
            book.get_worksheet_by_name("单位").write_row(row, 0, [f"10{row}", name])
    settings = Settings(
        tmp_path / "inbox", tmp_path / "outbox", roster=tmp_path / "名册.xlsx", engine="local"
    )
    first = run_night(settings)
    assert [unit["unit"] for unit in first.units] == [UNIT]
    told = records(tmp_path / "outbox")
    # units by their names, whether they sent anything or not
    assert [record["unit"] for record in told] == sorted(record["unit"] for record in told)
    absent = [record for record in told if record["unit"] == SILENT]
    assert [(record["check"], record["first_seen"]) for record in absent] == [("G801", first.batch)]
    os.utime(sent, (1_619_776_800, 1_619_776_800))
    second = run_night(settings)
    assert second.batch != first.batch
    again = [record for record in records(tmp_path / "outbox") if record["unit"] == SILENT]
    assert [(record["check"], record["first_seen"]) for record in again] == [("G801", first.batch)]
