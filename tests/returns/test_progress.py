"""After the first round a unit's copy says what of the last one is done."""

from __future__ import annotations

from pathlib import Path

from batch.config.settings import Settings
from batch.model.status import Severity
from batch.night import run_night
from batch.workbook.read.xlsx import read_workbook
from tests.nights import reviews_of
from tests.paper import FILE, SAMPLE
from tests.roster.sheets import save


def line(outbox: Path) -> str:
    """What the copy says of progress; "" where it says nothing."""
    book = read_workbook((outbox / "批注" / FILE).read_bytes(), "")
    cells = next(sheet for sheet in book.sheets if sheet.name == "审核结果").cells
    rows = [row for (row, col), cell in cells.items() if col == 1 and cell.raw == "进度"]
    return cells[rows[0], 2].raw if rows else ""


def test_what_is_done_is_counted_and_the_same_night_again_says_the_same(tmp_path: Path) -> None:
    settings = Settings(
        inbox=tmp_path / "inbox",
        outbox=tmp_path / "outbox",
        roster=tmp_path / "单位名册.xlsx",
        engine="local",
    )
    save(tmp_path / "单位名册.xlsx", {"单位": [("单位编码", "单位全称"), ("001", "浏阳市数据资源中心")]})
    sent = settings.inbox / FILE
    sent.parent.mkdir(parents=True)
    sent.write_bytes(SAMPLE.read_bytes())
    run_night(settings)
    (before,) = reviews_of(settings.outbox)
    assert line(settings.outbox) == ""
    # the 建议稿 put in its place: what is certain is done
    sent.write_bytes((settings.outbox / "建议稿" / FILE).read_bytes())
    run_night(settings)
    (after,) = reviews_of(settings.outbox)

    graver = (Severity.ERROR, Severity.WARNING)
    was, now = (
        {f.key for f in review.findings if f.is_open and f.severity in graver} for review in (before, after)
    )
    assert was - now
    assert not now - was
    said = f"上次{len(was)}项（错误和核实），已改好或说明{len(was - now)}项；还剩{len(was & now)}项。"
    assert line(settings.outbox) == said
    copy = (settings.outbox / "批注" / FILE).read_bytes()
    run_night(settings, force=True)
    assert (settings.outbox / "批注" / FILE).read_bytes() == copy
