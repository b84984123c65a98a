"""What becomes of an outbox that somebody or something has been at: mended, finished or told."""

from __future__ import annotations

import errno
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from xlsxwriter.exceptions import FileCreateError

from batch.app.cli import cli
from batch.outbox import archive_check
from batch.outbox.lock import hold
from batch.outbox.publish import Outbox
from batch.run import finish_publishing
from tests.sample_units import clean_unit


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder after a night, and with something new in its inbox."""
    root = tmp_path_factory.mktemp("published")
    (root / "jixiao.toml").write_text('engine = "local"\n[mail]\nhost="h"\nsender="a@b.cn"\nto=["a@b.cn"]\n')
    (root / "inbox").mkdir()
    clean_unit(root / "inbox" / "县教育局.xlsx", "县教育局", 1, projects=1)
    assert jixiao(root, "run").exit_code == 0
    clean_unit(root / "inbox" / "县水利局.xlsx", "县水利局", 2, projects=1)
    return root


@pytest.fixture
def folder(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published, tmp_path / "work")
    return tmp_path / "work"


def jixiao(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--config", str(folder / "jixiao.toml"), *arguments], prog_name="jixiao")


def shown(folder: Path) -> dict[str, bytes]:
    outbox = folder / "outbox"
    files = (path for path in outbox.rglob("*") if path.is_file() and ".jixiao" not in path.parts)
    return {path.relative_to(outbox).as_posix(): path.read_bytes() for path in files}


def test_an_archive_that_is_empty_or_changed_is_told_every_night_until_it_is_put_right(folder: Path) -> None:
    (old,) = (folder / "outbox" / "存档").iterdir()
    whole = (old / "汇总.xlsx").read_bytes()
    (old / "汇总.xlsx").write_bytes(b"")
    (old / "findings.jsonl").unlink()
    (old / "results.json").write_bytes(b"X" * (old / "results.json").stat().st_size)
    for _ in range(2):
        said = jixiao(folder, "run").output
        for name, word in {
            "汇总.xlsx": "是空的",
            "findings.jsonl": "不见了",
            "results.json": "内容变了",
        }.items():
            assert f"存档/{old.name}/{name} {word}" in said
        assert "请从备份里找回" in said
    (old / "汇总.xlsx").write_bytes(whole)
    assert "汇总.xlsx 是空的" not in jixiao(folder, "run").output
    shutil.rmtree(old)
    assert "整个不见了" in jixiao(folder, "run").output
    assert "整个不见了" not in jixiao(folder, "run").output


def test_what_the_last_batch_archived_is_made_again(folder: Path) -> None:
    assert jixiao(folder, "run").exit_code == 0
    before = shown(folder)
    batch = json.loads((folder / "outbox" / "results.json").read_text(encoding="utf-8"))["batch"]["id"]
    newest = folder / "outbox" / "存档" / batch
    (newest / "汇总.xlsx").write_bytes(b"")
    said = jixiao(folder, "run").output
    assert "请注意" not in said
    assert shown(folder) == before


def test_a_long_archive_is_looked_at_in_turns(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_check, "_A_NIGHT", 1)
    (old,) = (folder / "outbox" / "存档").iterdir()
    (old / "汇总.xlsx").write_bytes(b"X" * (old / "汇总.xlsx").stat().st_size)
    assert sum("汇总.xlsx 内容变了" in jixiao(folder, "run").output for _ in range(8)) == 1


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def half(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder whose night was killed when 汇总.xlsx was new and results.json was not."""
    with monkeypatch.context() as patched:
        replace = Path.replace

        def replaced(path: Path, target: Path) -> Path:
            if path.name == "results.json":
                raise Killed
            return replace(path, target)

        patched.setattr(Path, "replace", replaced)
        with pytest.raises(Killed):
            jixiao(folder, "run")
    assert Outbox(folder / "outbox").half_published
    return folder


@pytest.mark.parametrize("command", [("status",), ("mail", "--dry-run"), ("run",)])
def test_every_command_first_finishes_what_was_half_published(half: Path, command: tuple[str, ...]) -> None:
    done = jixiao(half, *command)
    assert done.exit_code == 0, done.output
    assert not Outbox(half / "outbox").half_published
    assert "县水利局" in (half / "outbox" / "results.json").read_text(encoding="utf-8")
    if command == ("status",):
        assert "县水利局" in done.output


def test_what_is_being_published_is_left_to_who_does_it(half: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batch.run._PUBLISHING", 0)
    with hold(half / "outbox" / ".jixiao" / "lock", "批次"):
        finish_publishing(half / "outbox")
    assert Outbox(half / "outbox").half_published


def test_a_damaged_journal_is_told_and_the_night_makes_all_good(half: Path) -> None:
    (half / "outbox" / ".jixiao" / "publish.json").write_bytes(b"\0" * 40)
    assert "还没有放好" in jixiao(half, "mail", "--dry-run").output
    done = jixiao(half, "run")
    assert done.exit_code == 0
    assert "publish.json 已损坏" in done.output
    assert "县水利局" in (half / "outbox" / "results.json").read_text(encoding="utf-8")


def refuse(code: int) -> Callable[..., Any]:
    def refused(*_: object, **__: object) -> Any:
        raise OSError(code, "English", "place")

    return refused


@pytest.mark.parametrize(
    ("where", "code", "words"),
    [
        ("batch.outbox.durable.os.fsync", errno.ENOSPC, ("磁盘已满", "请腾出磁盘空间")),
        ("batch.outbox.durable.os.fsync", errno.EIO, ("读写出错", "请检查磁盘或网络")),
        ("batch.outbox.publish.Outbox.write", errno.EROFS, ("磁盘只读", "能写这个文件夹")),
        ("batch.outbox.publish.Outbox.copy", errno.EACCES, ("没有权限", "能写这个文件夹")),
    ],
)
def test_what_the_system_refuses_is_said_with_what_to_do_and_the_old_set_stays(
    folder: Path, monkeypatch: pytest.MonkeyPatch, where: str, code: int, words: tuple[str, ...]
) -> None:
    before = shown(folder)
    monkeypatch.setattr(where, refuse(code))
    done = jixiao(folder, "run")
    monkeypatch.undo()
    assert done.exit_code == 3
    for word in ("原有结果没有改动", *words):
        assert word in done.output
    assert "English" not in done.output
    assert shown(folder) == before


def test_a_refusal_in_the_middle_of_the_swap_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("batch.outbox.apply_plan.replace_file", refuse(errno.EIO))
    done = jixiao(folder, "run")
    monkeypatch.undo()
    assert done.exit_code == 3
    assert "放到一半时出错" in done.output
    assert "原有结果没有改动" not in done.output
    assert jixiao(folder, "status").exit_code == 0
    assert not Outbox(folder / "outbox").half_published


def test_what_the_writer_of_workbooks_makes_of_a_full_disk_is_said_as_that(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise FileCreateError(OSError(errno.ENOSPC, "No space left on device"))

    monkeypatch.setattr("batch.rollup.rollup.write_streamed", refused)
    assert "磁盘已满" in jixiao(folder, "run").output


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        (sqlite3.SQLITE_FULL, 3, ("磁盘已满", "ledger.db", "请腾出磁盘空间")),
        (sqlite3.SQLITE_IOERR, 3, ("读写出错", "请检查磁盘")),
        (sqlite3.SQLITE_READONLY, 3, ("没有权限", "能写这个文件夹")),
        (sqlite3.SQLITE_BUSY, 3, ("正被别的程序占用", "请关掉打开它的程序")),
        (sqlite3.SQLITE_CORRUPT, 3, ("已损坏", "请用备份里的 ledger.db 换上")),
    ],
)
def test_each_trouble_of_the_ledger_has_its_own_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, code: int, status: int, words: tuple[str, ...]
) -> None:
    def refused(*_: object) -> None:
        error = sqlite3.OperationalError("English")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr("batch.night.record_batch", refused)
    done = jixiao(folder, "run")
    monkeypatch.undo()
    assert done.exit_code == status
    for word in ("结果已经放好", *words):
        assert word in done.output
    assert "English" not in done.output
    # what was published before the ledger failed is recorded by the next run
    assert jixiao(folder, "run").exit_code == 0


def test_a_real_lock_a_lost_table_and_a_folder_in_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batch.store.ledger._PATIENCE", 0.1)
    path = folder / "outbox" / ".jixiao" / "ledger.db"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert "正被别的程序占用" in jixiao(folder, "run").output
    other.execute("ROLLBACK")
    other.execute("DROP TABLE batches")
    other.close()
    assert "ledger.db 已损坏" in jixiao(folder, "run").output
    path.unlink()
    path.mkdir()
    assert "没有权限，或正被别的程序占用" in jixiao(folder, "run").output
