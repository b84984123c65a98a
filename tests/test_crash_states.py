"""Power cuts at every operation of publishing, with every legal loss: old set, new set, never a mixture.

Two nights are recorded, and what a disk may hold after a cut is laid down, opened as the next command does,
and compared; some of it is run through a whole night. Sabotaged publishing must be found out the same way.
JIXIAO_CRASH_STATES=all looks at all states and runs a night over many; otherwise a part is drawn.
"""

from __future__ import annotations

import errno
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from batch.config.settings import Settings
from batch.outbox import (
    apply_plan,
    durable,
    publish,
    publish_plan,
)
from batch.outbox.publish import Outbox
from batch.run import Caller, NotRun, run_once
from tests.crashes import Cut, Op, Recorder, after, cuts
from tests.sample_units import clean_unit
from tests.test_killed_nights import night, put, state

ALL = os.environ.get("JIXIAO_CRASH_STATES") == "all"
pytestmark = pytest.mark.skipif("sys.platform == 'win32'", reason="folders cannot be waited for there")

Shown = dict[str, bytes]


def shown(outbox: Path) -> Shown:
    files = (path for path in outbox.rglob("*") if path.is_file() and ".jixiao" not in path.parts)
    return {path.relative_to(outbox).as_posix(): path.read_bytes() for path in files}


@dataclass
class Season:
    """Nights as they were recorded."""

    ops: list[Op]
    #: after each night: how many operations there had been, and what the outbox showed
    ends: list[tuple[int, Shown]] = field(default_factory=lambda: [(0, {})])
    #: the ledger whenever it had changed, with how many operations there had been
    ledgers: list[tuple[int, bytes]] = field(default_factory=list)

    def expected(self, at: int) -> tuple[list[Shown], int]:
        """What may be seen after a cut: the set of the night before or that of the night; and its number."""
        number = next(n for n, (end, _) in enumerate(self.ends) if at <= end)
        return [self.ends[n][1] for n in {max(number - 1, 0), number}], number

    def ledger(self, at: int, night_before: int) -> bytes | None:
        """The ledger at a time, no later than the last one known and no earlier than the night before."""
        known = [data for place, data in self.ledgers if night_before <= place <= at]
        return known[-1] if known else None


def nothing(*_: object) -> None:
    """In the place of what should have been done."""


def failure(season: Season, cut: Cut, root: Path) -> str:
    """What is wrong with the outbox after a cut and the next command; "" for nothing."""
    shutil.rmtree(root, ignore_errors=True)
    after(season.ops, cut).lay_down(root)
    allowed, _ = season.expected(cut.at)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # nobody pulls the plug here
            patch.setattr(os, "fsync", nothing)
            Outbox(root).finish()
    except OSError as error:
        return f"{cut}: {error!r}"
    seen = shown(root)
    if seen in allowed:
        return ""
    new = allowed[-1]
    return f"{cut}: " + ", ".join(sorted(n for n in seen.keys() | new.keys() if seen.get(n) != new.get(n)))


def drawn(season: Season, most: int) -> list[Cut]:
    every = list(cuts(len(season.ops)))
    return random.Random(20).sample(every, len(every) if ALL else min(most, len(every)))


# --- two real nights -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Workbooks of six units; four have a second version."""
    folder = tmp_path_factory.mktemp("units")
    made = {}
    for number, name in enumerate("甲乙丙丁戊己"):
        for version in (1, 2):
            path = folder / f"{name}{version}.xlsx"
            clean_unit(path, f"县{name}局", 10 * version + number, projects=1)
            made[path.stem] = path.read_bytes()
    return made


def first_inbox(root: Path, units: dict[str, bytes]) -> None:
    for name in "甲乙丙丁戊":
        put(root / "inbox", f"县{name}局/表.xlsx", units[f"{name}1"], 0)
    put(root / "inbox", "没用.xlsx", b"PK nothing", 0)


def second_inbox(root: Path, units: dict[str, bytes]) -> None:
    """Four changed, one stayed, one came; and a file nobody could read is gone."""
    for name in "甲乙丙丁":
        put(root / "inbox", f"县{name}局/表.xlsx", units[f"{name}2"], 1)
    put(root / "inbox", "县己局/表.xlsx", units["己1"], 1)
    (root / "inbox" / "没用.xlsx").unlink()


@dataclass
class Recorded:
    season: Season
    root: Path
    #: outbox and ledger after each night
    states: list[dict[str, bytes]]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory, units: dict[str, bytes]) -> Recorded:
    root = tmp_path_factory.mktemp("recorded")
    outbox = root / "outbox"
    season, states = Season([]), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable, "_TOGETHER", 1)

        def look_at_ledger() -> None:
            if (path := outbox / ".jixiao" / "ledger.db").exists():
                with closing(sqlite3.connect(path)) as ledger:
                    data = ledger.serialize()
                if not season.ledgers or season.ledgers[-1][1] != data:
                    season.ledgers.append((len(recorder.ops), data))

        outbox.mkdir()
        recorder = Recorder(outbox, patch, watching=look_at_ledger)
        season.ops = recorder.ops
        for inbox in (first_inbox, second_inbox):
            inbox(root, units)
            night(root)
            recorder.settle()
            look_at_ledger()
            season.ends.append((len(recorder.ops), shown(outbox)))
            states.append(state(root))
    return Recorded(season, root, states)


def test_the_recording_plays_back_to_what_was_there(recorded: Recorded, tmp_path: Path) -> None:
    season = recorded.season
    for number in (1, 2):
        end, seen = season.ends[number]
        after(season.ops, Cut(end, "kept", "kept")).lay_down(tmp_path / str(number))
        assert shown(tmp_path / str(number)) == seen
    assert len(list(cuts(len(season.ops)))) >= 1000
    # both ways of putting a folder in place were recorded
    moved = [op.as_name for op in season.ops if op.kind == "rename" and op.to == -1]
    assert {"批注", "results.json"} <= set(moved)


def test_after_any_cut_the_next_command_shows_the_old_set_or_the_new(
    recorded: Recorded, tmp_path: Path
) -> None:
    cuts_drawn = drawn(recorded.season, 150)
    wrong = [told for cut in cuts_drawn if (told := failure(recorded.season, cut, tmp_path / "outbox"))]
    assert not wrong, "\n".join(wrong[:4])


def test_after_any_cut_the_next_night_comes_to_the_same(
    recorded: Recorded, units: dict[str, bytes], tmp_path: Path
) -> None:
    season = recorded.season
    sample = drawn(season, 8)
    for cut in random.Random(21).sample(sample, 120) if ALL else sample:
        _, number = season.expected(cut.at)
        number = max(number, 1)
        root = tmp_path / "root"
        shutil.rmtree(root, ignore_errors=True)
        after(season.ops, cut).lay_down(root / "outbox")
        ledger = season.ledger(cut.at, season.ends[number - 1][0])
        (root / "outbox" / ".jixiao").mkdir(exist_ok=True)
        if ledger is not None:
            (root / "outbox" / ".jixiao" / "ledger.db").write_bytes(ledger)
        first_inbox(root, units)
        if number == 2:
            second_inbox(root, units)
        night(root)
        assert state(root) == recorded.states[number - 1], cut


# --- refused by the system -------------------------------------------------------------------------------


TO_DO = {errno.EIO: "请检查磁盘或网络", errno.ENOSPC: "请腾出磁盘空间"}


@pytest.fixture(scope="module")
def refusals(recorded: Recorded) -> int:
    """How many things the second night does that the system may refuse."""
    first = recorded.season.ends[1][0]
    return sum(op.kind != "write" for op in recorded.season.ops[first:])


@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_whatever_the_disk_refuses_is_said_and_costs_nothing(
    recorded: Recorded, units: dict[str, bytes], refusals: int, tmp_path: Path, code: int
) -> None:
    old, new = recorded.season.ends[1][1], recorded.season.ends[2][1]
    places = range(refusals) if ALL else random.Random(code).sample(range(refusals), 4)
    for place in places:
        root = tmp_path / f"{code}-{place}"
        after(recorded.season.ops, Cut(recorded.season.ends[1][0], "kept", "kept")).lay_down(root / "outbox")
        ledger = recorded.season.ledger(recorded.season.ends[1][0], 0)
        assert ledger is not None
        (root / "outbox" / ".jixiao").mkdir(exist_ok=True)
        (root / "outbox" / ".jixiao" / "ledger.db").write_bytes(ledger)
        first_inbox(root, units)
        second_inbox(root, units)
        settings = Settings(inbox=root / "inbox", outbox=root / "outbox", engine="local")
        with pytest.MonkeyPatch.context() as patch:
            recorder = Recorder(root / "outbox", patch)
            recorder.fail_at, recorder.error = place, code
            told = ""
            try:
                run_once(settings, Caller("run"))
            except NotRun as reason:
                told = str(reason)
        assert not told or TO_DO[code] in told, told
        assert "refused by" not in told
        half = Outbox(root / "outbox").half_published
        assert half or shown(root / "outbox") in (old, new), place
        Outbox(root / "outbox").finish()
        assert shown(root / "outbox") == new if half else shown(root / "outbox") in (old, new), place
        night(root)
        assert state(root) == recorded.states[1], place


# --- sabotage --------------------------------------------------------------------------------------------

OLD = {
    **{f"批注/{unit}/表.xlsx": f"old {unit}" for unit in "甲乙丙丁戊"},
    "批注/戊/附.xlsx": "stays",
    "退回通知/甲.xlsx": "old",
    "未处理/坏.xlsx.txt": "old",
    **dict.fromkeys(("汇总.xlsx", "findings.jsonl", "results.json", "存档/一/汇总.xlsx"), "old"),
}
NEW = {
    **{f"批注/{unit}/表.xlsx": f"new {unit}" for unit in "甲乙丙丁己"},
    "退回通知/乙.xlsx": "new",
    **dict.fromkeys(("汇总.xlsx", "findings.jsonl", "results.json", "存档/二/汇总.xlsx"), "new"),
}
KEPT = ("批注/戊/附.xlsx",)


def published(root: Path, patch: pytest.MonkeyPatch) -> Season:
    """Two sets published one after the other, without the nights around them."""
    patch.setattr(durable, "_TOGETHER", 1)
    root.mkdir(parents=True)
    recorder = Recorder(root, patch)
    season = Season(recorder.ops)
    for files, kept in ((OLD, ()), (NEW, KEPT)):
        outbox = Outbox(root)
        outbox.open()
        for name, text in files.items():
            outbox.write(name, text.encode() * 50)
        assert outbox.keep([(name, publish_plan.sha256_of(root / name), 250) for name in kept])
        outbox.publish()
        recorder.settle()
        season.ends.append((len(recorder.ops), shown(root)))
    return season


def files_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "sync_files", nothing)


def staged_folders_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "sync_folders_below", nothing)


def journal_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(durable, "_sync_file", nothing)

    def sync_files(paths: Iterable[Path]) -> None:
        for path in paths:
            file = os.open(path, os.O_RDONLY)
            os.fsync(file)
            os.close(file)

    patch.setattr(publish, "sync_files", sync_files)


def name_of_the_journal_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    def write(path: Path, data: bytes) -> None:
        part = path.with_suffix(".part")
        part.write_bytes(data)
        durable.sync_files([part])
        part.replace(path)

    patch.setattr(publish, "write_durably", write)


def what_was_moved_not_waited_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "sync_folders", nothing)


def journal_written_in_place(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "write_durably", lambda path, data: path.write_bytes(data))


def no_journal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish, "write_durably", nothing)


def journal_gone_before_the_moves(patch: pytest.MonkeyPatch) -> None:
    real = apply_plan.PlanExecutor.carry_out

    def carry_out(self: apply_plan.PlanExecutor, plan: publish_plan.Plan) -> list[str]:
        (self._staging.parent / "publish.json").unlink(missing_ok=True)
        return real(self, plan)

    patch.setattr(apply_plan.PlanExecutor, "carry_out", carry_out)


def journal_after_the_first_moves(patch: pytest.MonkeyPatch) -> None:
    real = durable.write_durably

    def write(path: Path, data: bytes) -> None:
        root, staging = path.parent.parent, path.parent / "staging"
        if (staging / "results.json").exists():
            (staging / "results.json").replace(root / "results.json")
        real(path, data)

    patch.setattr(publish, "write_durably", write)


def archive_written_in_its_place(patch: pytest.MonkeyPatch) -> None:
    real = Outbox.path

    def path(self: Outbox, name: str) -> Path:
        if not name.startswith("存档/"):
            return real(self, name)
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        return self.root / name

    patch.setattr(Outbox, "path", path)


def files_copied_over_the_old_ones(patch: pytest.MonkeyPatch) -> None:
    def place(source: Path, target: Path) -> bool:
        target.write_bytes(source.read_bytes())
        source.unlink()
        return True

    patch.setattr(apply_plan, "replace_file", place)


def nobody_finishes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Outbox, "finish", nothing)


def folders_moved_out_and_not_in(patch: pytest.MonkeyPatch) -> None:
    def put_folder(source: Path, target: Path, away: Callable[[], Path | None]) -> bool:
        away()
        target.mkdir()
        for path in sorted(source.iterdir()):
            path.replace(target / path.name)
        source.rmdir()
        return True

    patch.setattr(apply_plan, "put_folder", put_folder)


def what_stays_not_linked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(publish_plan, "_linked", lambda *_: True)


SABOTAGE = [
    files_not_waited_for,
    staged_folders_not_waited_for,
    journal_not_waited_for,
    name_of_the_journal_not_waited_for,
    what_was_moved_not_waited_for,
    journal_written_in_place,
    no_journal,
    journal_gone_before_the_moves,
    journal_after_the_first_moves,
    archive_written_in_its_place,
    files_copied_over_the_old_ones,
    nobody_finishes,
    folders_moved_out_and_not_in,
    what_stays_not_linked,
]


def failures(tmp_path: Path, sabotage: Callable[[pytest.MonkeyPatch], None] = nothing) -> Iterator[str]:
    """What goes wrong after power cuts, the expected sets being those of sound publishing."""
    with pytest.MonkeyPatch.context() as patch:
        sound = published(tmp_path / "sound", patch)
    with pytest.MonkeyPatch.context() as patch:
        sabotage(patch)
        season = published(tmp_path / "recorded", patch)
    season.ends = [(end, seen) for (end, _), (_, seen) in zip(season.ends, sound.ends, strict=True)]
    with pytest.MonkeyPatch.context() as patch:
        if sabotage in (nobody_finishes, files_copied_over_the_old_ones, folders_moved_out_and_not_in):
            sabotage(patch)
        for cut in drawn(season, 120):
            if told := failure(season, cut, tmp_path / "after"):
                yield told


def test_sound_publishing_shows_the_old_set_or_the_new_after_any_cut(tmp_path: Path) -> None:
    assert list(failures(tmp_path)) == []


@pytest.mark.parametrize("sabotage", SABOTAGE, ids=lambda sabotage: sabotage.__name__)
def test_a_mistake_in_publishing_is_found_out(
    tmp_path: Path, sabotage: Callable[[pytest.MonkeyPatch], None]
) -> None:
    assert next(failures(tmp_path, sabotage), "")
