"""An idle night: nothing is read, nothing written, and whatever is not as it was is put right."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from batch.config.settings import Settings
from batch.model.status import Severity
from batch.night import run_night
from batch.outputs import Night
from tests.paper import SAMPLE
from tests.sample_units import clean_unit

UNIT = "县教育局"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "样本").mkdir(parents=True)
    (tmp_path / "inbox" / "样本" / "表.xlsx").write_bytes(SAMPLE.read_bytes())
    clean_unit(tmp_path / "inbox" / f"{UNIT}.xlsx", UNIT, 1, projects=1)
    (tmp_path / "inbox" / "坏.xlsx").write_bytes(b"PK no workbook")
    (tmp_path / "规则.toml").write_text("", encoding="utf-8")
    return tmp_path


def night(folder: Path, *, force: bool = False) -> Night:
    settings = Settings(folder / "inbox", folder / "outbox", rules=folder / "规则.toml", engine="local")
    return run_night(settings, force=force)


def outbox(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file its readers see, with its bytes and when it was written."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in (folder / "outbox").rglob("*")
        if path.is_file() and ".jixiao" not in path.parts
    }


def test_a_night_without_anything_new_touches_nothing_and_says_the_same(folder: Path) -> None:
    first, before = night(folder), outbox(folder)
    second = night(folder)
    assert (first.read, second.read) == (3, 0)
    assert outbox(folder) == before
    assert second.content == first.content
    assert second.unprocessed == first.unprocessed
    assert (second.batch, second.failed_files) == (first.batch, first.failed_files)
    assert second.count(Severity.ERROR) == first.count(Severity.ERROR) == 27


def test_force_reads_everything_again_and_comes_to_the_same(folder: Path) -> None:
    first = night(folder)
    before = {name: data for name, (data, _) in outbox(folder).items()}
    again = night(folder, force=True)
    assert again.read == first.read == 3
    assert {name: data for name, (data, _) in outbox(folder).items()} == before


def loses_a_copy(folder: Path) -> None:
    (folder / "outbox" / "批注" / UNIT / f"{UNIT}.xlsx").unlink()


def has_its_roll_up_edited(folder: Path) -> None:
    (folder / "outbox" / "汇总.xlsx").write_bytes(b"edited")


def has_a_copy_edited(folder: Path) -> None:
    path = folder / "outbox" / "批注" / "浏阳市数据资源中心" / "表.xlsx"
    path.write_bytes(path.read_bytes()[:-1] + b"x")


@pytest.mark.parametrize("happens", [loses_a_copy, has_its_roll_up_edited, has_a_copy_edited])
def test_an_outbox_that_somebody_changed_is_put_right(folder: Path, happens: Callable[[Path], None]) -> None:
    night(folder)
    before = {name: data for name, (data, _) in outbox(folder).items()}
    happens(folder)
    night(folder)
    assert {name: data for name, (data, _) in outbox(folder).items()} == before


def test_other_bytes_of_the_same_size_and_time_are_noticed(folder: Path) -> None:
    night(folder)
    path = folder / "inbox" / "样本" / "表.xlsx"
    stat, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert night(folder).read == 1


def test_a_lock_file_that_is_gone_is_no_longer_told(folder: Path) -> None:
    lock = folder / "inbox" / "~$附表.xlsx"
    lock.write_bytes(b"")
    night(folder)
    assert (folder / "outbox" / "未处理" / "~$附表.xlsx.txt").exists()
    lock.unlink()
    assert night(folder).read == 0
    assert not (folder / "outbox" / "未处理" / "~$附表.xlsx.txt").exists()


def test_other_rules_are_another_batch(folder: Path) -> None:
    first = night(folder)
    rule = '[[check]]\nid = "J101"\nstatus = "停用"\n'
    (folder / "规则.toml").write_text(rule, encoding="utf-8")
    second = night(folder)
    assert second.batch != first.batch
    assert second.count(Severity.ERROR) == 26
