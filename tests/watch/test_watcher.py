"""The real watcher at its work: nothing is missed, nothing is done twice, nothing half is taken for whole.

No test asks how long something takes; a batch is told from another by its name, which follows from the
names, sizes and times of the files it saw.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from tests.watch.desk import FAULTY, FAULTY_UNIT, ROOT, SMALL, Desk, flawless

pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="sends signals and looks into /proc")
Make = Callable[..., Desk]


def nothing_more(desk: Desk) -> None:
    """Give the watcher the time of several looks to do something it should not."""
    before = desk.batches()
    time.sleep(1.5)
    assert desk.batches() == before
    assert len(set(before)) == len(before), "one state of the inbox, two batches"


@pytest.mark.parametrize("mode", ["events", "polling"])
def test_files_come_are_saved_anew_and_go(make_desk: Make, mode: str) -> None:
    desk = make_desk(mode=mode)
    desk.start()
    desk.heard("随时查看" if mode == "events" else "定时查看")
    # copied slowly, with a pause in the middle that is longer than the quiet time
    with (desk.inbox / "甲.xlsx").open("wb") as file:
        for start in range(0, len(FAULTY), 4000):
            file.write(FAULTY[start : start + 4000])
            file.flush()
            time.sleep(0.1)
            if start == 8000:
                desk.heard("等候停稳：甲.xlsx（还不完整）")
    desk.settled({"甲.xlsx"})
    assert desk.units()[FAULTY_UNIT] > 0
    # saved by another name that takes the old one's place
    desk.put("5F3A1C00", flawless(FAULTY_UNIT))
    (desk.inbox / "5F3A1C00").replace(desk.inbox / "甲.xlsx")
    desk.until(lambda: desk.units() == {FAULTY_UNIT: 0}, "the corrected submission")
    desk.put("乙/乙.xlsx", flawless("县乙局"))
    desk.settled({"甲.xlsx", "乙/乙.xlsx"})
    (desk.inbox / "甲.xlsx").unlink()
    desk.settled({"乙/乙.xlsx"})
    nothing_more(desk)
    assert set(desk.units()) == {"县乙局"}
    assert not any(result["unprocessed"] for result in desk.archived())
    assert not list((desk.outbox / "未处理").glob("*"))
    assert desk.end() == 0
    log = (desk.state / "logs" / "watch.log").read_text(encoding="utf-8")
    for step in ("开始值守", "发现变化：新增 甲.xlsx", "发现变化：删除 甲.xlsx", "停止值守"):
        assert step in log


def test_many_files_at_once_are_all_done(make_desk: Make) -> None:
    desk = make_desk(engine="process")
    desk.start()
    names = {f"单位{number:03}.xlsx" for number in range(40)}
    for name in names:
        desk.put(name, SMALL)
    desk.settled(names)
    nothing_more(desk)
    assert len(desk.results()["units"]) == 40
    assert desk.end() == 0


def season(desk: Desk, count: int = 8) -> set[str]:
    """Enough submissions to keep a batch busy for a moment."""
    data = {f"县{number}局": flawless(f"县{number}局") for number in range(count)}
    for unit, content in data.items():
        desk.put(f"{unit}/{unit}.xlsx", content)
    return {f"{unit}/{unit}.xlsx" for unit in data}


def test_a_file_overwritten_while_a_batch_reads_it_is_read_again(desk: Desk) -> None:
    names = season(desk)
    desk.start()
    desk.at_work()
    desk.put("县7局/县7局.xlsx", FAULTY)
    desk.until(lambda: FAULTY_UNIT in desk.units(), "the new submission")
    desk.settled(names)
    assert "县7局" not in desk.units()
    nothing_more(desk)


def test_a_share_that_goes_away_takes_no_results_with_it(desk: Desk) -> None:
    desk.put("甲.xlsx", FAULTY)
    desk.start()
    desk.settled({"甲.xlsx"})
    before = desk.results()
    away = desk.root / "away"
    desk.inbox.rename(away)
    desk.heard("收件箱或发件箱不可用")
    # what is left of some shares is an empty folder
    desk.inbox.mkdir()
    desk.heard("收件箱里的文件全部不见了")
    assert desk.results() == before
    desk.inbox.rmdir()
    away.rename(desk.inbox)
    desk.until(lambda: desk.heartbeat()["state"] == "等待文件", "the share is back")
    nothing_more(desk)
    assert len(desk.batches()) == 1
    # and what comes afterwards is noticed in the folder that is there now
    desk.put("乙.xlsx", flawless("县乙局"))
    desk.settled({"甲.xlsx", "乙.xlsx"})
    assert desk.end() == 0


def test_the_outbox_may_go_away_too(desk: Desk) -> None:
    desk.put("甲.xlsx", FAULTY)
    desk.start()
    desk.settled({"甲.xlsx"})
    away = desk.root / "away"
    desk.outbox.rename(away)
    desk.heard("收件箱或发件箱不可用")
    desk.put("乙.xlsx", flawless("县乙局"))
    assert not desk.outbox.exists()
    away.rename(desk.outbox)
    desk.settled({"甲.xlsx", "乙.xlsx"})
    assert desk.end() == 0


def test_a_share_that_goes_away_in_the_middle_of_a_batch_publishes_nothing_half(desk: Desk) -> None:
    desk.put("甲.xlsx", FAULTY)
    desk.start()
    desk.settled({"甲.xlsx"})
    names = season(desk) | {"甲.xlsx"}
    desk.at_work()
    desk.inbox.rename(desk.root / "away")
    desk.heard("不可用")
    (desk.root / "away").rename(desk.inbox)
    desk.settled(names)
    # on a slow day the batch was over before the share went
    assert {len(result["units"]) for result in desk.archived()} == {1, len(names)}


def test_a_killed_watcher_is_taken_over_and_only_what_is_new_is_done(desk: Desk) -> None:
    desk.put("甲.xlsx", FAULTY)
    desk.start()
    desk.settled({"甲.xlsx"})
    desk.end(signal.SIGKILL)
    desk.start()
    desk.heard("接管：上一次值守没有正常结束")
    desk.until(lambda: desk.heartbeat()["state"] == "等待文件", "nothing to do")
    nothing_more(desk)
    assert len(desk.batches()) == 1
    # killed again, in the middle of a batch
    names = season(desk) | {"甲.xlsx"}
    desk.at_work()
    desk.end(signal.SIGKILL)
    desk.start()
    desk.settled(names)
    assert desk.end() == 0
    # what a batch by hand has done meanwhile is done
    desk.put("乙.xlsx", flawless("县乙局"))
    subprocess.run(desk.command("run"), cwd=ROOT, check=True, capture_output=True)
    before = desk.batches()
    desk.start()
    desk.until(lambda: desk.heartbeat()["state"] == "等待文件", "nothing to do")
    nothing_more(desk)
    assert desk.batches() == before


@pytest.mark.parametrize("order", ["SIGTERM", "SIGINT"])
def test_told_to_stop_in_the_middle_of_a_batch_it_leaves_the_old_set_or_the_new(
    make_desk: Make, order: str
) -> None:
    desk = make_desk(engine="process")
    desk.put("甲.xlsx", FAULTY)
    desk.start()
    desk.settled({"甲.xlsx"})
    names = season(desk) | {"甲.xlsx"}
    desk.at_work()
    assert desk.end(getattr(signal, order)) == 0
    assert len(desk.results()["units"]) in (1, 9)
    assert desk.heartbeat()["state"] == "停止"
    desk.heard("停止值守")
    assert not (desk.state / "publish.json").exists()
    assert (desk.state / "lock").read_bytes() == (desk.state / "watch.lock").read_bytes() == b""
    if order == "SIGTERM":
        desk.start()
        desk.settled(names)


def test_one_watcher_is_enough(desk: Desk) -> None:
    desk.start()
    second = subprocess.run(desk.command("watch"), cwd=ROOT, capture_output=True, check=False)
    assert second.returncode == 3
    assert f"已经有人值守（值守，进程{desk.process.pid}" in second.stderr.decode()


def test_an_open_file_is_waited_for_but_not_for_ever(make_desk: Make) -> None:
    def unprocessed() -> list[str]:
        return [left["file"] for left in desk.results()["unprocessed"]]

    desk = make_desk(patience=3)
    desk.start()
    desk.put("~$甲.xlsx", b"lock")
    desk.put("甲.xlsx", FAULTY)
    desk.heard("等候停稳：甲.xlsx（正被人打开）")
    desk.settled({"甲.xlsx"})
    assert unprocessed() == ["~$甲.xlsx"]
    # closed again: the answer about the lock goes with it
    (desk.inbox / "~$甲.xlsx").unlink()
    desk.until(lambda: not unprocessed(), "no answer left")
    # what is broken for good is answered in the end
    desk.put("坏.xlsx", FAULTY[:9000])
    desk.heard("等候停稳：坏.xlsx（还不完整）")
    desk.until(lambda: unprocessed() == ["坏.xlsx"], "an answer")
    desk.until(lambda: len(desk.batches()) == 3, "three batches, one for each change")


def test_a_mistake_in_the_rules_is_told_and_mended_while_watching(desk: Desk) -> None:
    def last() -> dict[str, object]:
        return desk.heartbeat()["last_batch"] or {}

    rules = desk.root / "本局规则.toml"
    rules.write_text('[[check]]\nid = "J105"\nstatus = "关掉"\n', encoding="utf-8")
    settings = desk.settings.read_text(encoding="utf-8")
    desk.settings.write_text(f'rules = "本局规则.toml"\n{settings}', encoding="utf-8")
    desk.put("甲.xlsx", FAULTY)
    desk.start()
    desk.heard("本局规则.toml")
    desk.until(lambda: last().get("exit_status") == 2, "told to monitoring")
    rules.write_text('[[check]]\nid = "J105"\nstatus = "停用"\n', encoding="utf-8")
    desk.settled({"甲.xlsx"})
    assert desk.end() == 0
