"""A night killed at any step: the next one leaves outbox and ledger as if nothing had happened."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from batch.config.settings import Settings
from batch.night import run_night
from batch.store.unit_tables import TABLES
from batch.unit.bundle import Bundle, Sent
from batch.unit.review_bundle import review_files
from batch.unit.rules import Context
from tests.paper import PACK, SAMPLE
from tests.returns.test_explanations import explained
from tests.sample_units import clean_unit

#: the steps of a night: the function that is about to be called, or has just been left
STEPS = [
    ("batch.night", "open_ledger", "before"),
    ("batch.night", "process_inbox", "before"),
    ("batch.unit.inbox_work", "compare_units", "before"),
    ("batch.night", "export", "before"),
    ("batch.night", "write_books", "after"),
    ("batch.outbox.publish", "plan", "after"),
    ("batch.outbox.publish", "write_durably", "after"),
    ("batch.outbox.apply_plan", "put_folder", "before"),
    ("batch.outbox.apply_plan", "replace_file", "before"),
    ("batch.outbox.apply_plan", "replace_file", "third"),
    ("batch.outbox.publish", "remove_durably", "before"),
    ("batch.night", "record_batch", "before"),
    ("batch.night", "record_batch", "after"),
    ("batch.night", "_record", "after"),
]
CHILD = """
    import importlib, os, signal, sys
    from pathlib import Path
    from batch.night import run_night
    from batch.config.settings import Settings

    place, name, when = sys.argv[1:4]
    module = importlib.import_module(place)
    real, calls = getattr(module, name), 0

    def die():
        os.kill(os.getpid(), signal.SIGKILL) if hasattr(signal, "SIGKILL") else os._exit(9)

    def killer(*args, **options):
        global calls
        calls += 1
        if when == "before" or (when == "third" and calls == 3):
            die()
        result = real(*args, **options)
        if when == "after":
            die()
        return result

    setattr(module, name, killer)
    run_night(Settings(inbox=Path(sys.argv[4]), outbox=Path(sys.argv[5]), engine="local"))
"""
DAY = 86_400
#: 2021-03-10 in the morning, UTC
START = 1_615_340_000


def put(folder: Path, name: str, data: bytes, day: int) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (START + day * DAY, START + day * DAY))


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("units")
    made = {"样本": SAMPLE.read_bytes()}
    for seed, name in enumerate(("县教育局", "县水利局")):
        clean_unit(folder / f"{name}.xlsx", name, seed, projects=1)
        made[name] = (folder / f"{name}.xlsx").read_bytes()
    (unit,) = review_files(Bundle("", (Sent("a.xlsx", 1, made["样本"]),)), Context(PACK)).units
    made["已说明"] = explained(unit.copies[0][1], "J118")
    return made


def first_inbox(folder: Path, units: dict[str, bytes]) -> None:
    put(folder, "样本/表.xlsx", units["样本"], 0)
    put(folder, "县教育局.xlsx", units["县教育局"], 0)


def second_inbox(folder: Path, units: dict[str, bytes]) -> None:
    put(folder, "样本/表.xlsx", units["已说明"], 1)
    put(folder, "县水利局.xlsx", units["县水利局"], 1)
    put(folder, "坏.xlsx", b"PK nothing", 1)


def night(root: Path) -> None:
    run_night(Settings(inbox=root / "inbox", outbox=root / "outbox", engine="local"))


def state(root: Path) -> dict[str, bytes]:
    """The outbox as its readers see it, and all the ledger holds."""
    seen = {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / "outbox").rglob("*"))
        if path.is_file() and ".jixiao" not in path.parts
    }
    ledger = sqlite3.connect(root / "outbox" / ".jixiao" / "ledger.db")
    try:
        assert ledger.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = {name for (name,) in ledger.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        # but for what only saves work; as sets of rows: the order they were written in says nothing
        for table in sorted(tables - {table.name for table in TABLES}):
            rows = sorted(map(repr, ledger.execute(f"SELECT * FROM {table}")))
            seen[f"ledger:{table}"] = "\n".join(rows).encode()
    finally:
        ledger.close()
    return seen


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, units: dict[str, bytes]) -> dict[str, bytes]:
    root = tmp_path_factory.mktemp("undisturbed")
    first_inbox(root / "inbox", units)
    night(root)
    second_inbox(root / "inbox", units)
    night(root)
    return state(root)


@pytest.mark.parametrize(("module", "function", "when"), STEPS)
def test_a_night_killed_at_any_step_is_made_good_by_the_next(
    tmp_path: Path,
    units: dict[str, bytes],
    undisturbed: dict[str, bytes],
    module: str,
    function: str,
    when: str,
) -> None:
    first_inbox(tmp_path / "inbox", units)
    night(tmp_path)
    before = state(tmp_path)
    second_inbox(tmp_path / "inbox", units)
    child = [sys.executable, "-c", textwrap.dedent(CHILD), module, function, when]
    done = subprocess.run([*child, tmp_path / "inbox", tmp_path / "outbox"], capture_output=True, check=False)
    assert done.returncode != 0, "the step was never reached"
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    if (module, function) == ("batch.night", "export"):
        # nobody has seen anything of the new set
        now = state(tmp_path)
        assert {k: v for k, v in now.items() if not k.startswith("ledger:")} == {
            k: v for k, v in before.items() if not k.startswith("ledger:")
        }
    night(tmp_path)
    assert state(tmp_path) == undisturbed
    night(tmp_path)
    assert state(tmp_path) == undisturbed


def test_the_ledger_remembers_what_was_said(undisturbed: dict[str, bytes]) -> None:
    assert "因疫情防控追加信息化项目" in undisturbed["ledger:explanations"].decode()
    assert undisturbed["ledger:batches"].count(b"\n") == 1
