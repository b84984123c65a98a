"""A reader of the outbox sees the old set or the new one, whatever happens in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from batch.outputs.publish import Outbox


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


@pytest.mark.parametrize("moves", range(4))
def test_a_set_half_moved_is_finished_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moves: int
) -> None:
    stage(tmp_path, OLD).publish()
    outbox = stage(tmp_path, NEW)
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
    Outbox(tmp_path).open()
    assert contents(tmp_path) == NEW


def test_a_unit_that_withdrew_leaves_no_copy_behind(tmp_path: Path) -> None:
    stage(tmp_path, OLD).publish()
    stage(tmp_path, NEW).publish()
    assert contents(tmp_path) == NEW
    assert not (tmp_path / "批注" / "乙").exists()


def test_archives_of_earlier_batches_stay(tmp_path: Path) -> None:
    stage(tmp_path, {"存档/一/results.json": "1"}).publish()
    stage(tmp_path, {"存档/二/results.json": "2"}).publish()
    assert set(contents(tmp_path)) == {"存档/一/results.json", "存档/二/results.json"}


def test_a_result_open_in_excel_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to replace an open file: the new one lies beside it, and the run says so."""
    stage(tmp_path, OLD).publish()
    outbox = stage(tmp_path, NEW)
    replace = Path.replace

    def refused(self: Path, target: Path) -> Path:
        if Path(target).name == "汇总.xlsx":
            raise PermissionError
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", refused)
    assert outbox.publish() == ["汇总（新）.xlsx"]
    assert contents(tmp_path)["汇总（新）.xlsx"] == "new"
    assert contents(tmp_path)["汇总.xlsx"] == "old"
    assert contents(tmp_path)["results.json"] == "new"
