"""When changes are ready for a batch; time is given, so nothing here waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.inbox.snapshot import PASSED, RULES, WAITS, Signs
from batch.watch.file_systems import file_system, on_network
from batch.watch.settling import GONE, Outlook, Settling
from tests.paper import SAMPLE

QUIET, PATIENCE = 10, 60


@pytest.fixture
def settling(tmp_path: Path) -> Settling:
    for name in ("甲.xlsx", "乙.xlsx"):
        (tmp_path / name).write_bytes(SAMPLE.read_bytes())
    (tmp_path / "半.xlsx").write_bytes(SAMPLE.read_bytes()[:9000])
    (tmp_path / "空.xlsx").write_bytes(b"")
    (tmp_path / "老.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    return Settling(tmp_path, QUIET, PATIENCE)


def looks(settling: Settling, covered: Signs, *times: tuple[float, Signs]) -> Outlook:
    """The last of several looks at the inbox."""
    for time, now in times:
        outlook = settling.look(now, covered, time)
    return outlook


def test_a_change_is_ready_when_nothing_has_happened_to_it_for_the_quiet_time(settling: Settling) -> None:
    once, again = {"甲.xlsx": "1 1"}, {"甲.xlsx": "2 2"}
    assert not looks(settling, {}, (0, once), (9, once)).due
    outlook = looks(settling, {}, (9.5, again), (19, again))
    assert (outlook.due, outlook.waiting) == (False, {"甲.xlsx": "仍在变化"})
    assert looks(settling, {}, (19.5, again)).due
    assert not looks(settling, again, (20, again)).changed, "covered by a batch"


def test_what_is_gone_must_stay_away_for_the_quiet_time(settling: Settling) -> None:
    """Some programs delete the old file before they put the new one in its place."""
    covered = {"甲.xlsx": "1 1", "乙.xlsx": "1 1"}
    outlook = looks(settling, covered, (0, {"乙.xlsx": "1 1"}))
    assert (outlook.due, outlook.changed) == (False, {"甲.xlsx": GONE})
    assert not looks(settling, covered, (5, {"乙.xlsx": "1 1", "甲.xlsx": "2 2"})).due
    assert looks(settling, covered, (15, {"乙.xlsx": "1 1", "甲.xlsx": "2 2"})).due


@pytest.mark.parametrize(
    ("name", "reason"), [("半.xlsx", "还不完整"), ("空.xlsx", "还是空文件"), ("没有.xlsx", "暂时读不了")]
)
def test_a_file_that_is_not_whole_is_waited_for_as_long_as_patience_lasts(
    settling: Settling, name: str, reason: str
) -> None:
    now = {name: "1 1"}
    outlook = looks(settling, {}, (0, now), (30, now))
    assert not outlook.due
    assert outlook.waiting[name].startswith(reason)
    assert looks(settling, {}, (60, now)).due


@pytest.mark.parametrize("name", ["甲.xlsx", "老.xls"])
def test_a_whole_file_is_not_waited_for(settling: Settling, name: str) -> None:
    assert looks(settling, {}, (0, {name: "1 1"}), (10, {name: "1 1"})).due


@pytest.mark.parametrize("lock", ["~$甲.xlsx", ".~甲.xlsx", ".~lock.甲.xlsx#"])
def test_a_file_that_somebody_has_open_is_waited_for(settling: Settling, lock: str) -> None:
    now = {"甲.xlsx": "1 1", lock: WAITS}
    outlook = looks(settling, {}, (0, now), (30, now))
    assert (outlook.due, outlook.waiting) == (False, {"甲.xlsx": "正被人打开"})
    assert looks(settling, {}, (31, {"甲.xlsx": "1 1"})).due


def test_that_somebody_opens_a_file_is_no_change_but_an_answer_about_it_must_go(settling: Settling) -> None:
    covered = {"甲.xlsx": "1 1"}
    assert not looks(settling, covered, (0, {"甲.xlsx": "1 1", "~$甲.xlsx": WAITS})).changed
    assert looks(settling, {**covered, "~$甲.xlsx": WAITS}, (0, covered)).changed == {"~$甲.xlsx": GONE}


def test_one_file_still_coming_keeps_the_others_only_so_long(settling: Settling) -> None:
    def at(time: int) -> Outlook:
        # another size at every look
        return settling.look({"甲.xlsx": "1 1", "半.xlsx": f"{time} 1"}, {}, time)

    assert not any(at(time).due for time in range(0, 60, 5))
    outlook = at(60)
    assert (outlook.due, outlook.waiting) == (True, {"半.xlsx": "仍在变化"})


def test_files_that_keep_coming_do_not_keep_the_first_waiting_for_ever(settling: Settling) -> None:
    now: Signs = {}
    due = []
    for time in range(0, 70, 5):
        now[f"{time}.pdf"] = PASSED
        now["甲.xlsx"] = "1 1"
        due.append(settling.look(now, {}, time).due)
    assert due.index(True) == 60 // 5


def test_a_file_that_was_put_off_is_new_to_the_next_batch(settling: Settling) -> None:
    assert looks(settling, {"甲.xlsx": WAITS}, (0, {"甲.xlsx": "1 1"})).changed == {"甲.xlsx": "1 1"}


def test_new_rules_are_a_change_like_any_other(settling: Settling) -> None:
    assert looks(settling, {RULES: "a"}, (0, {RULES: "b"}), (10, {RULES: "b"})).due


MOUNTS = r"""
21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 21 0:40 / /mnt/share rw - cifs //server/share rw
31 30 8:2 / /mnt/share/disk rw - xfs /dev/sdb1 rw
32 21 0:41 / /mnt/two\040words rw shared:2 master:1 - nfs4 server:/x rw
33 21 0:42 / /media/somebody rw - fuse.sshfs somebody@server: rw
34 21 0:43 / /srv rw - ext4 /dev/sdc1 rw
35 34 0:44 / /srv rw - 9p hostshare rw
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/inbox", "9p"),
        ("/mnt/share/收件箱", "cifs"),
        ("/mnt/sharepoint", "ext4"),
        ("/mnt/share/disk/a", "xfs"),
        ("/mnt/two words/a", "nfs4"),
        ("/media/somebody", "fuse.sshfs"),
        ("/", "ext4"),
    ],
)
@pytest.mark.skipif("sys.platform == 'win32'", reason="Unix paths")
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(folder: str, kind: str) -> None:
    assert file_system(Path(folder), MOUNTS) == kind


def test_a_folder_of_this_machine_is_not_on_the_network(tmp_path: Path) -> None:
    assert not on_network(tmp_path)
