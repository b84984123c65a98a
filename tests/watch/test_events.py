"""What wakes the watcher: events where they come, the clock where they do not."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from batch.config.settings import Settings, Watch
from batch.outbox.publish import STATE
from batch.watch import events as waking
from batch.watch import watcher
from batch.watch.events import Waker
from batch.watch.watcher import Watcher
from tests.watch.desk import SMALL


def waker(folder: Path, said: list[str], **how: str | float) -> Waker:
    return Waker(folder, Watch(**how), threading.Event(), said.append)  # type: ignore[arg-type]


def test_an_event_ends_the_wait(tmp_path: Path) -> None:
    said: list[str] = []
    events = waker(tmp_path, said, mode="events")
    assert not events.wait(0)
    (tmp_path / "甲.xlsx").write_bytes(SMALL)
    assert events.wait(600)
    assert said == ["随时查看：文件一有变化即得到系统通知"]


def test_looking_is_no_event(tmp_path: Path) -> None:
    (tmp_path / "甲.xlsx").write_bytes(SMALL)
    events = waker(tmp_path, [], mode="events")
    assert not events.wait(0.5)
    assert (tmp_path / "甲.xlsx").read_bytes() == SMALL
    assert [path.name for path in tmp_path.rglob("*")] == ["甲.xlsx"]
    assert not events.wait(1)


def test_a_folder_that_took_the_place_of_the_old_one_is_listened_to(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    events = waker(inbox, [], mode="events")
    assert not events.wait(0)
    inbox.rename(tmp_path / "away")
    assert not events.wait(0.5)
    inbox.mkdir()
    events.wait(0.5)
    (inbox / "甲.xlsx").write_bytes(SMALL)
    assert events.wait(600)


@pytest.mark.parametrize("mode", ["auto", "polling"])
def test_on_a_share_and_when_told_so_the_clock_wakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setattr(waking, "on_network", lambda _: True)
    said: list[str] = []
    clock = waker(tmp_path, said, mode=mode, poll_seconds=7)
    assert (clock.by_events, clock.idle) == (False, 7)
    why = "收件箱在网络共享上，系统通知到不了" if mode == "auto" else "按设置"
    assert said == [f"定时查看：每7秒一次（{why}）"]
    (tmp_path / "甲.xlsx").write_bytes(SMALL)
    assert not clock.wait(0.5)


def test_where_events_do_not_come_they_are_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The watcher looks at one folder and listens at another: as with a share that tells of nothing."""
    monkeypatch.setattr(watcher, "_EVENT", 0.3)
    for name in ("inbox", "elsewhere", f"outbox/{STATE}"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "outbox" / STATE / "watch.lock").touch()
    looks = Watcher(Settings(inbox=tmp_path / "inbox", outbox=tmp_path / "outbox"))
    said: list[str] = []
    deaf = waker(tmp_path / "elsewhere", said, mode="events")
    for number in range(2):
        assert deaf.by_events
        (tmp_path / "inbox" / f"{number}.xlsx").write_bytes(SMALL)
        looks._look(deaf, announced=False)
        # nothing new: nothing missing
        looks._look(deaf, announced=False)
    assert not deaf.by_events
    assert said[-1] == "改为定时查看，每10秒一次：收件箱有变化，系统却没有通知"
