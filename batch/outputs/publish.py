"""Bring a finished batch before its readers: staged, then moved into place by a journal that survives a kill.

Everything is written below `.jixiao/staging`. Publishing first writes down what will be moved, then moves
file by file (each move is atomic), then forgets the staging. A run that finds such a journal finishes it
before it does anything else, so a reader sees the old set or the new one, and never half a file.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

STATE = ".jixiao"
_JOURNAL = "publish.json"
#: folders whose files belong to the batch alone: what is not in the new set is removed
OWNED = ("批注", "退回通知", "未处理")
_TRIES = 4
#: what marks the name of a file that lies beside an older one because that was open
_BESIDE = "（新"


class Outbox:
    """The folder the batch publishes to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / STATE
        self.staging = self.state / "staging"
        self._journal = self.state / _JOURNAL
        #: files of the folders we own that belong to the new set as they are
        self._kept: set[str] = set()
        #: what belongs to the set that was published last
        self.current: set[str] = set()

    @property
    def half_published(self) -> bool:
        """Whether a batch is being published right now, or was killed while it was."""
        return self._journal.exists()

    def open(self) -> None:
        """Make the outbox ready: finish what a killed run began to publish, drop what it only staged."""
        self.state.mkdir(parents=True, exist_ok=True)
        if self._journal.exists():
            self._finish()
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir(parents=True)
        self._kept.clear()

    def write(self, name: str, data: bytes) -> None:
        """Stage one file; `name` is its path in the outbox."""
        path = self.path(name)
        path.write_bytes(data)

    def copy(self, name: str, staged: str) -> None:
        """Stage one file that is the same as a staged one."""
        shutil.copyfile(self.path(staged), self.path(name))

    def drop(self, name: str) -> None:
        """Take a staged file out of the new set."""
        self.path(name).unlink(missing_ok=True)

    def keep(self, files: Iterable[tuple[str, str, int]]) -> bool:
        """Make sure of files that belong to the new set: (path, sha256, size), staged or already in place.

        Returns whether all of them are there with just these bytes; only then they are kept.
        """
        listed = list(files)
        if not self.has(listed):
            return False
        self._kept.update(name for name, _, _ in listed)
        return True

    def has(self, files: Iterable[tuple[str, str, int]]) -> bool:
        """Whether all files are there with just these bytes: (path, sha256, size)."""
        return all(self._is_there(*file) for file in files)

    def _is_there(self, name: str, sha: str, size: int) -> bool:
        staged = self.staging / name
        path = staged if staged.exists() else self.root / name
        try:
            return path.stat().st_size == size and sha256_of(path) == sha
        except OSError:
            return False

    def path(self, name: str) -> Path:
        """Where to stage a file that somebody else writes."""
        path = self.staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def publish(self) -> list[str]:
        """Move the staged set into place.

        Returns what could not be replaced because somebody has it open: the new file then lies beside it
        under another name, which is what is returned.
        """
        staged = sorted(_files_below(self.staging))
        plan = {"staged": staged, "kept": sorted(self._kept)}
        _write_durably(self._journal, json.dumps(plan, ensure_ascii=False).encode())
        return self._finish()

    def _finish(self) -> list[str]:
        plan = json.loads(self._journal.read_text(encoding="utf-8"))
        staged, beside = plan["staged"], []
        current = {*staged, *plan["kept"]}
        lying = self._lying_beside()
        for name in staged:
            source, target = self.staging / name, self.root / name
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                spare = [other for other in _spare(name) if other not in current]
                if _place(source, target):
                    # what lay beside it is gone, as far as nobody has that open
                    for other in lying.intersection(spare):
                        with contextlib.suppress(OSError):
                            (self.root / other).unlink()
                else:
                    beside.append(self._name(_place_beside(source, [self.root / other for other in spare])))
        self._remove_old({*current, *beside})
        self.current = {*current, *beside}
        self._journal.unlink()
        shutil.rmtree(self.staging, ignore_errors=True)
        return beside

    def _lying_beside(self) -> set[str]:
        """What lies in the outbox under a spare name: few batches find a file open, all would look for it."""
        named = (name for name in _files_below(self.root) if _BESIDE in name.rpartition("/")[2])
        return {name for name in named if not name.startswith(f"{STATE}/")}

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _remove_old(self, current: set[str]) -> None:
        for owned in OWNED:
            for folder, _, files in os.walk(self.root / owned, topdown=False):
                path = Path(folder)
                for old in (path / file for file in files if self._name(path / file) not in current):
                    # what is open in Excel, or in a window of the Explorer, is removed by the next run
                    with contextlib.suppress(OSError):
                        old.unlink()
                with contextlib.suppress(OSError):
                    if path != self.root / owned and not any(path.iterdir()):
                        path.rmdir()


def _files_below(folder: Path) -> Iterator[str]:
    """The names of all files below a folder, relative to it, one at a time: there are some for every unit."""
    for path, _, files in os.walk(folder):
        below = Path(path).relative_to(folder).as_posix()
        yield from (file if below == "." else f"{below}/{file}" for file in files)


def _spare(name: str) -> list[str]:
    """Where a new file may lie while somebody has the old one open."""
    suffix = PurePosixPath(name).suffix
    stem = name.removesuffix(suffix)
    return [f"{stem}{_BESIDE}{number}）{suffix}" for number in ("", *range(2, 10))]


def _place(source: Path, target: Path) -> bool:
    """Move one file over another, leaving an equal one alone; False when the target is held open."""
    for attempt in range(_TRIES):
        try:
            if _same(source, target):
                source.unlink()
            else:
                source.replace(target)
        except PermissionError:
            time.sleep(0.05 * 2**attempt)
            continue
        return True
    return False


def _place_beside(source: Path, spare: list[Path]) -> Path:
    """Move a file to the first of some places that nobody holds open."""
    for path in spare[:-1]:
        with contextlib.suppress(PermissionError):
            source.replace(path)
            return path
    source.replace(spare[-1])
    return spare[-1]


def _same(one: Path, other: Path) -> bool:
    try:
        # never the whole of a roll-up in memory
        return one.stat().st_size == other.stat().st_size and sha256_of(one) == sha256_of(other)
    except FileNotFoundError:
        return False


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, read in pieces. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_durably(path: Path, data: bytes) -> None:
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
