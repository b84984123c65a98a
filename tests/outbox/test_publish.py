"""A reader of the outbox sees the old set or the new one, whatever happens in between."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from batch.outbox.publish import Outbox
from batch.outbox.publish_plan import sha256_of


class Killed(Exception):  # noqa: N818 - it names what happened
    """Stands for the process ending here."""


def contents(root: Path) -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): p.read_text(encoding="utf-8")
        for p in root.rglob("*")
        if p.is_file() and ".jixiao" not in p.parts
    }


def stage(root: Path, files: dict[str, str]) -> Outbox:
    outbox = Outbox(root)
    outbox.open()
    for name, text in files.items():
        outbox.write(name, text.encode())
    return outbox


OLD = {"汇总.xlsx": "old", "批注/甲/a.xlsx": "old", "批注/乙/b.xlsx": "old", "results.json": "old"}
NEW = {"汇总.xlsx": "new", "批注/甲/a.xlsx": "new", "批注/丙/c.xlsx": "new", "results.json": "new"}


def test_what_was_only_staged_is_gone_after_a_kill(tmp_path: Path) -> None:
    stage(tmp_path, OLD).publish()
    stage(tmp_path, NEW)
    Outbox(tmp_path).open()
    assert contents(tmp_path) == OLD


def test_units_folders_are_published_ahead_of_what_is_told_of_all(tmp_path: Path) -> None:
    stage(tmp_path, {**OLD, "未处理/x.txt": "gone"}).publish()
    outbox = stage(tmp_path, {name: text for name, text in NEW.items() if "/" in name})
    outbox.publish_ahead()
    units = {"批注/甲/a.xlsx": "new", "批注/丙/c.xlsx": "new"}
    assert contents(tmp_path) == {"汇总.xlsx": "old", "results.json": "old"} | units
    assert not outbox.published
    for name, text in NEW.items():
        if "/" not in name:
            outbox.write(name, text.encode())
    assert outbox.publish() == []
    assert contents(tmp_path) == NEW
    assert outbox.current == set(NEW)


MANY_OLD = {**OLD, **{f"批注/{unit}/b.xlsx": "old" for unit in "戊己庚辛"}, "未处理/x.txt": "gone"}
MANY_NEW = {**NEW, **{f"批注/{unit}/b.xlsx": "new" for unit in "戊己庚壬"}, "退回通知/壬.xlsx": "new"}


@pytest.mark.parametrize(
    ("old", "new", "moves"),
    [(OLD, NEW, moves) for moves in range(6)] + [(MANY_OLD, MANY_NEW, moves) for moves in range(6)],
)
def test_a_set_half_moved_is_finished_by_the_next_command(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    old: dict[str, str],
    new: dict[str, str],
    moves: int,
) -> None:
    stage(tmp_path, old).publish()
    outbox = stage(tmp_path, new)
    left = [moves + 1]  # the journal itself is moved into place first
    replace = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if left[0] == 0:
            raise Killed
        left[0] -= 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replaced)
    with pytest.raises(Killed):
        outbox.publish()
    monkeypatch.undo()
    Outbox(tmp_path).finish()
    assert contents(tmp_path) == new
    assert not Outbox(tmp_path).half_published


def test_a_folder_of_many_changes_is_swapped_as_one_and_keeps_what_did_not_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the first rename to the last there are only as many as the outbox has entries."""
    old = {f"批注/{number}/a.xlsx": "old" for number in range(50)} | OLD
    stage(tmp_path, old).publish()
    (tmp_path / "批注" / "某人的.txt").write_text("left here", encoding="utf-8")
    outbox = stage(tmp_path, NEW | {f"批注/{number}/a.xlsx": "new" for number in range(40)})
    kept = [
        (f"批注/{number}/a.xlsx", sha256_of(tmp_path / f"批注/{number}/a.xlsx"), 3)
        for number in range(40, 49)
    ]
    assert outbox.keep(kept)
    written = Path.replace
    moved: list[str] = []

    def replaced(path: Path, target: Path) -> Path:
        moved.append(path.name)
        return written(path, target)

    monkeypatch.setattr(Path, "replace", replaced)
    outbox.publish()
    assert moved == ["publish.part", "批注", "批注", "汇总.xlsx", "results.json"]
    expected = NEW | {f"批注/{n}/a.xlsx": "new" if n < 40 else "old" for n in range(49)}
    assert contents(tmp_path) == expected


def test_without_links_every_entry_is_swapped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise OSError(95, "not supported")

    monkeypatch.setattr("os.link", refused)
    old = {f"批注/{number}/{name}.xlsx": "old" for number in range(9) for name in "ab"}
    stage(tmp_path, old).publish()
    outbox = stage(tmp_path, {f"批注/{number}/a.xlsx": "new" for number in range(9)})
    assert outbox.keep([(name, sha256_of(tmp_path / name), 3) for name in old if "b" in name])
    outbox.publish()
    assert contents(tmp_path) == old | {f"批注/{number}/a.xlsx": "new" for number in range(9)}


@pytest.mark.parametrize("damage", [b"", b"{", b'{"moves": 3}', b"\xff" * 9])
def test_a_damaged_journal_loses_nothing_of_the_old_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    stage(tmp_path, MANY_OLD).publish()
    outbox = stage(tmp_path, MANY_NEW)
    replace = Path.replace

    def replaced(self: Path, target: Path) -> Path:
        if self.parent.name == "staging":
            raise Killed
        return replace(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", replaced)
        with pytest.raises(Killed):
            outbox.publish()
    (tmp_path / ".jixiao" / "publish.json").write_bytes(damage)
    again = Outbox(tmp_path)
    again.finish()
    assert again.half_published, "only a batch knows what to put there"
    again.open()
    assert "已损坏" in again.amiss
    assert contents(tmp_path) == MANY_OLD | {"未处理/x.txt": "gone"}


def test_a_unit_that_withdrew_leaves_no_copy_behind(tmp_path: Path) -> None:
    stage(tmp_path, OLD).publish()
    stage(tmp_path, NEW).publish()
    assert contents(tmp_path) == NEW
    assert not (tmp_path / "批注" / "乙").exists()


def test_archives_of_earlier_batches_stay(tmp_path: Path) -> None:
    stage(tmp_path, {"存档/一/results.json": "1"}).publish()
    stage(tmp_path, {"存档/二/results.json": "2"}).publish()
    assert set(contents(tmp_path)) == {"存档/一/results.json", "存档/二/results.json"}


class Held:
    """Files somebody has open, as Windows treats them: not to be replaced, removed or, some of them, read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: set[str] = set()
        self.unreadable = False
        replace, unlink, read = Path.replace, Path.unlink, Path.read_bytes

        def replaced(path: Path, target: Path) -> Path:
            self._check(target)
            # nor is a folder moved in which one is open
            for below in path.rglob("*") if path.is_dir() else ():
                self._check(below)
            return replace(path, target)

        def unlinked(path: Path, missing_ok: bool = False) -> None:
            self._check(path)
            unlink(path, missing_ok)

        def read_bytes(path: Path) -> bytes:
            if self.unreadable:
                self._check(path)
            return read(path)

        monkeypatch.setattr(Path, "replace", replaced)
        monkeypatch.setattr(Path, "unlink", unlinked)
        monkeypatch.setattr(Path, "read_bytes", read_bytes)
        monkeypatch.setattr("time.sleep", lambda _seconds: None)

    def _check(self, path: Path) -> None:
        if path.name in self.names and ".jixiao" not in path.parts:
            raise PermissionError(13, "used by another process", str(path))


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Held:
    return Held(monkeypatch)


@pytest.mark.parametrize("unreadable", [False, True])
def test_a_result_open_in_excel_costs_nothing(tmp_path: Path, held: Held, unreadable: bool) -> None:
    """Windows refuses to replace an open file: the new one lies beside it, and the run says so."""
    stage(tmp_path, OLD).publish()
    held.names, held.unreadable = {"汇总.xlsx", "a.xlsx", "b.xlsx"}, unreadable
    assert stage(tmp_path, NEW).publish() == ["批注/甲/a（新）.xlsx", "汇总（新）.xlsx"]
    held.unreadable = False
    assert contents(tmp_path) == {
        **NEW,
        "汇总.xlsx": "old",
        "汇总（新）.xlsx": "new",
        "批注/甲/a.xlsx": "old",
        "批注/甲/a（新）.xlsx": "new",
        # to be removed, and open
        "批注/乙/b.xlsx": "old",
    }


def test_what_lay_beside_is_gone_once_the_file_was_closed(tmp_path: Path, held: Held) -> None:
    stage(tmp_path, OLD).publish()
    held.names = {"汇总.xlsx", "b.xlsx"}
    stage(tmp_path, NEW).publish()
    # now the new one is open as well
    held.names = {"汇总.xlsx", "汇总（新）.xlsx"}
    assert stage(tmp_path, {**NEW, "汇总.xlsx": "newer"}).publish() == ["汇总（新2）.xlsx"]
    held.names = set()
    assert stage(tmp_path, {**NEW, "汇总.xlsx": "newest"}).publish() == []
    assert contents(tmp_path) == {**NEW, "汇总.xlsx": "newest"}


def test_a_unit_may_call_its_file_new(tmp_path: Path, held: Held) -> None:
    """Its copy is neither overwritten nor removed by that of another file."""
    names = {"批注/甲/a.xlsx": "old", "批注/甲/a（新）.xlsx": "theirs"}
    stage(tmp_path, names).publish()
    held.names = {"a.xlsx"}
    assert stage(tmp_path, {**names, "批注/甲/a.xlsx": "new"}).publish() == ["批注/甲/a（新2）.xlsx"]
    held.names = set()
    stage(tmp_path, {**names, "批注/甲/a.xlsx": "new"}).publish()
    assert contents(tmp_path) == {**names, "批注/甲/a.xlsx": "new"}


def test_a_folder_somebody_looks_into_stays_until_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(tmp_path, OLD).publish()
    replace = Path.replace

    def refused(path: Path, target: Path | None = None) -> Path:
        if path == tmp_path / "批注" / "乙":
            raise PermissionError(13, "open in a window", str(path))
        assert target is not None
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", refused)
        patched.setattr(Path, "rmdir", refused)
        assert stage(tmp_path, NEW).publish() == []
    assert (tmp_path / "批注" / "乙").is_dir()
    stage(tmp_path, NEW).publish()
    assert not (tmp_path / "批注" / "乙").exists()


if sys.platform == "win32":  # only Windows refuses to replace a file that is open

    def test_a_file_that_is_really_open_costs_nothing(tmp_path: Path) -> None:
        stage(tmp_path, OLD).publish()
        with (tmp_path / "汇总.xlsx").open("rb"):
            assert stage(tmp_path, NEW).publish() == ["汇总（新）.xlsx"]
        assert stage(tmp_path, NEW).publish() == []
        assert contents(tmp_path) == NEW
