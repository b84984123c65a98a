"""What a disk may hold after a power cut: file operations recorded, and every legal loss of them played back.

Files and folders are told apart by numbers, as a disk does it: a folder that was renamed is the same one. An
operation on a folder is safe once that folder was waited for after it, the bytes of a file once the file was;
everything else may have reached the disk or not, in any order, and bytes that did not are missing or zeros.
"""

from __future__ import annotations

import errno
import io
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

#: what below .jixiao belongs to publishing; the rest are records for monitoring
_OURS = ("staging", "old", "publish.json", "publish.part")


@dataclass(frozen=True)
class Op:
    """One operation: what, on which folder's which name (and to where), or on which file with which bytes."""

    kind: str
    folder: int = 0
    name: str = ""
    to: int = 0
    as_name: str = ""
    file: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """Folders by number, each name with the number of a folder (negative) or a file; and the files' bytes."""

    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {-1: {}})
    files: dict[int, bytes] = field(default_factory=dict)

    def do(self, op: Op) -> None:
        """One operation, if it can be done after what was lost."""
        if op.kind == "write":
            self.files[op.file] = op.data
            return
        # a folder whose own name was lost is there all the same, and nobody finds it
        self.folders.setdefault(op.folder, {})
        getattr(self, f"_{op.kind}", lambda _: None)(op)

    def _create(self, op: Op) -> None:
        self.folders[op.folder][op.name] = op.file
        self.files.setdefault(op.file, b"")

    def _mkdir(self, op: Op) -> None:
        self.folders[op.folder][op.name] = op.file
        self.folders[op.file] = {}

    def _remove(self, op: Op) -> None:
        # a folder was empty then; what is in it still, because it was lost that it had gone, goes with it
        self.folders[op.folder].pop(op.name, None)

    def _link(self, op: Op) -> None:
        self.folders[op.folder][op.name] = op.file

    def _rename(self, op: Op) -> None:
        number = self.folders[op.folder].get(op.name)
        into = self.folders.setdefault(op.to, {})
        if number is None or self.folders.get(into.get(op.as_name, 0)):
            return
        del self.folders[op.folder][op.name]
        into[op.as_name] = number

    def find(self, path: str) -> tuple[int, str, int]:
        """The folder, the name in it, and what that is; 0 for nothing."""
        *above, name = path.split("/")
        at = -1
        for part in above:
            at = self.folders[at][part]
        return at, name, self.folders[at].get(name, 0)

    def files_below(self, at: int = -1, path: str = "") -> Iterator[tuple[str, int]]:
        for name, number in sorted(self.folders.get(at, {}).items()):
            yield from self.files_below(number, f"{path}{name}/") if number < 0 else [(path + name, number)]

    def lay_down(self, root: Path) -> None:
        """Make it so below a folder that is not there yet."""
        root.mkdir(parents=True)
        made: dict[int, Path] = {}
        for path, number in self.files_below():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if number in made:
                os.link(made[number], target)
            else:
                target.write_bytes(self.files.get(number, b""))
                made[number] = target


class Recorder:
    """Notes what this process does to the files of an outbox; or refuses the n-th thing it does."""

    def __init__(
        self, root: Path, patch: pytest.MonkeyPatch, *, watching: Callable[[], None] | None = None
    ) -> None:
        self.root, self.disk = root, Disk()
        self.ops: list[Op] = []
        #: refuse this one with this error
        self.fail_at, self.error = -1, errno.EIO
        self.done = 0
        self._dirty: set[str] = set()
        self._opened: dict[int, str] = {}
        self._numbers = 0
        self._lock = threading.RLock()
        self._watching = watching or (lambda: None)
        self._install(patch)

    def name(self, path: Any) -> str:
        """The path in the outbox; "" for what is none of ours."""
        try:
            name = Path(os.fspath(path)).relative_to(self.root).as_posix()
        except (TypeError, ValueError):
            return ""
        below = name.split("/")
        return "" if below[0] == ".jixiao" and len(below) > 1 and below[1] not in _OURS else name

    def settle(self) -> None:
        """Note what was written since the last operation."""
        for name in sorted(self._dirty):
            try:
                data = (self.root / name).read_bytes()
                _, _, file = self.disk.find(name)
            except (OSError, KeyError):
                continue
            if self.disk.files.get(file) != data:
                self._note(Op("write", file=file, data=data))
        self._dirty.clear()

    def _note(self, op: Op) -> None:
        self.ops.append(op)
        self.disk.do(op)

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _before(self) -> None:
        """Called before anything is done to the disk."""
        self.settle()
        self._watching()
        self.done += 1
        if self.done - 1 == self.fail_at:
            raise OSError(self.error, "refused by the test", str(self.root))

    def _folder(self, name: str) -> None:
        """Know the folders on the way to something, made before they were looked at or beside .jixiao."""
        at = -1
        for part in name.split("/")[:-1]:
            number = self.disk.folders[at].get(part)
            if number is None:
                number = -1 - self._number()
                self._note(Op("mkdir", at, part, file=number))
                self._note(Op("sync", at))
            at = number

    def _install(self, patch: pytest.MonkeyPatch) -> None:
        real_open, real_os_open, real_close, real_fsync = io.open, os.open, os.close, os.fsync

        def opened(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            name = self.name(file) if set(mode) & set("wax+") else ""
            if not name:
                return real_open(file, mode, *args, **options)
            with self._lock:
                self._before()
                made = real_open(file, mode, *args, **options)
                self._folder(name)
                at, last, number = self.disk.find(name)
                if not number:
                    self._note(Op("create", at, last, file=self._number()))
                self._dirty.add(name)
                return made

        def os_opened(path: Any, *args: Any, **options: Any) -> int:
            file = real_os_open(path, *args, **options)
            if name := self.name(path):
                self._opened[file] = name
            return file

        def closed(file: int) -> None:
            self._opened.pop(file, None)
            real_close(file)

        def fsync(file: int) -> None:
            name = self._opened.get(file, "")
            if not name:
                return real_fsync(file)
            with self._lock:
                self._before()
                number = self.disk.find(name)[2] if name != "." else -1
                self._note(Op("sync", number) if number < 0 else Op("sync", file=number))
            return None

        patch.setattr(io, "open", opened)
        patch.setattr("builtins.open", opened)
        patch.setattr(os, "open", os_opened)
        patch.setattr(os, "close", closed)
        patch.setattr(os, "fsync", fsync)
        for kind in ("unlink", "remove", "rmdir"):
            self._wrap(patch, kind, lambda name: [Op("remove", *self.disk.find(name)[:2])])
        self._wrap(
            patch, "mkdir", lambda name: [Op("mkdir", *self.disk.find(name)[:2], file=-1 - self._number())]
        )
        for kind in ("replace", "rename", "link"):
            self._wrap_two(patch, kind)
        patch.setattr(shutil, "rmtree", _rmtree)
        patch.setattr(shutil, "copyfile", lambda one, other: Path(other).write_bytes(Path(one).read_bytes()))

    def _wrap(self, patch: pytest.MonkeyPatch, kind: str, ops: Callable[[str], list[Op]]) -> None:
        real = getattr(os, kind)

        def done(path: Any, *args: Any, **options: Any) -> None:
            name = self.name(path)
            if not name:
                real(path, *args, **options)
                return
            with self._lock:
                self._before()
                real(path, *args, **options)
                self._folder(name)
                for op in ops(name):
                    self._note(op)

        patch.setattr(os, kind, done)

    def _wrap_two(self, patch: pytest.MonkeyPatch, kind: str) -> None:
        real = getattr(os, kind)

        def done(one: Any, other: Any, **options: Any) -> None:
            name, to = self.name(one), self.name(other)
            if not name or not to:
                real(one, other, **options)
                return
            with self._lock:
                self._before()
                real(one, other, **options)
                self._folder(name)
                self._folder(to)
                at, last, number = self.disk.find(name)
                into, as_name, _ = self.disk.find(to)
                if kind == "link":
                    self._note(Op("link", into, as_name, file=number))
                else:
                    self._note(Op("rename", at, last, into, as_name))

        patch.setattr(os, kind, done)


def _rmtree(path: Any, ignore_errors: bool = False) -> None:
    """Like that of shutil, by calls that are seen here."""
    try:
        for folder, folders, files in os.walk(path, topdown=False):
            for name in files:
                Path(folder, name).unlink()
            for name in folders:
                Path(folder, name).rmdir()
        Path(path).rmdir()
    except OSError:
        if not ignore_errors:
            raise


#: what becomes of bytes nobody waited for
LOSSES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
}


@dataclass(frozen=True)
class Cut:
    """One power cut: after how many operations, what was lost of names and of bytes."""

    at: int
    names: str
    data: str
    seed: int = 0


def cuts(count: int) -> Iterator[Cut]:
    """Every prefix with every kind of loss, and some lost at random."""
    for at in range(count + 1):
        yield Cut(at, "kept", "kept")
        yield Cut(at, "lost", "kept")
        for data in LOSSES:
            yield Cut(at, "kept", data)
            yield Cut(at, "lost", data)
        for seed in range(3):
            yield Cut(at, "some", "some", 1000 * at + seed)


def after(ops: list[Op], cut: Cut) -> Disk:
    """What the disk holds after a power cut."""
    dice = random.Random(f"{cut.at} {cut.seed}")
    done = ops[: cut.at]
    waited: dict[int, int] = {}
    for place, op in enumerate(done):
        if op.kind == "sync":
            waited[op.folder or op.file] = place
    disk = Disk()
    for place, op in enumerate(done):
        if op.kind == "sync":
            continue
        if op.kind == "write":
            disk.do(op if waited.get(op.file, -1) > place else _cut_short(op, disk, cut, dice))
            continue
        # a rename is done or not, never half of it, and who waits for one of the folders waits for it
        safe = max(waited.get(op.folder, -1), waited.get(op.to, -1)) > place
        lost = cut.names == "lost" or (cut.names == "some" and dice.random() < 0.5)
        if safe or not lost:
            disk.do(op)
    return disk


def _cut_short(op: Op, disk: Disk, cut: Cut, dice: random.Random) -> Op:
    if cut.data == "kept":
        return op
    if cut.data == "some":
        how: Callable[[bytes], bytes] = dice.choice([bytes, *LOSSES.values()])
    else:
        how = LOSSES[cut.data]
    return Op("write", file=op.file, data=how(op.data))
