"""Apply a publication plan: move the old set out and the new one in by a few renames, resumable after a kill.

The new set is complete below `staging`. Readers see the old set, then the new one, and during these renames
some of each; a folder is missing between its two renames. On Windows an open file keeps its folder in place:
then its entries are replaced one by one, and beside an open file the new one is written under another name.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath

from batch.outbox.publish_plan import Plan, files_below

_TRIES = 4
#: what marks the name of a file that lies beside an older one because that was open
_BESIDE = "（新"


class PlanExecutor:
    """Applies a plan, also one that an earlier run was stopped at."""

    def __init__(self, root: Path, staging: Path, old: Path) -> None:
        self._root, self._staging, self._old = root, staging, old
        #: folders in which a name is another one now
        self.touched: set[Path] = set()

    def carry_out(self, plan: Plan) -> list[str]:
        """Put the new set in place; returns the names of new files that lie beside an open old one."""
        files = set(plan.files)
        beside: list[str] = []
        for name in (*plan.gone, *plan.moves):
            # what was moved by a run that was killed is waited for as well
            self._touch(name)
        for name in plan.gone:
            try:
                self._away(name)
            except PermissionError:
                self._sweep(name, files)
        for name in plan.moves:
            beside += self._put(name, files)
        return beside

    def _touch(self, name: str) -> None:
        path = (self._root / name).parent
        self.touched.update(folder for folder in (path, *path.parents) if folder.is_relative_to(self._root))

    def put_back(self) -> None:
        """Recover without a readable plan: restore what was moved away and not replaced."""
        for number in sorted(self._old.glob("*"), reverse=True):
            for name in list(files_below(number)):
                target = self._root / name
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    (number / name).replace(target)

    def _put(self, name: str, files: set[str]) -> list[str]:
        source, target = self._staging / name, self._root / name
        if not source.exists():
            return []
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            swapped = not target.is_symlink() and put_folder(source, target, partial(self._away, name))
            return [] if swapped else self._entries(name, files)
        spare = [other for other in _spare(name) if other not in files]
        if replace_file(source, target):
            # what lay beside it is gone, as far as nobody has that open
            for other in spare:
                with contextlib.suppress(OSError):
                    (self._root / other).unlink()
            return []
        new = place_beside(source, [self._root / other for other in spare])
        return [new.relative_to(self._root).as_posix()]

    def _entries(self, name: str, files: set[str]) -> list[str]:
        """Replace the entries of a folder that cannot be replaced itself."""
        beside: list[str] = []
        self.touched.add(self._root / name)
        for entry in sorted(path.name for path in (self._staging / name).iterdir()):
            beside += self._put(f"{name}/{entry}", files)
        self._sweep(name, {*files, *beside})
        return beside

    def _sweep(self, name: str, files: set[str]) -> None:
        """Remove what is not in the new set; open files are left to the next run."""
        for other in list(files_below(self._root, name)):
            if other not in files:
                with contextlib.suppress(OSError):
                    (self._root / other).unlink()
        for folder, _, _ in os.walk(self._root / name, topdown=False):
            with contextlib.suppress(OSError):
                if not any(Path(folder).iterdir()):
                    Path(folder).rmdir()

    def _away(self, name: str) -> Path | None:
        """Move a part of the old set away; None when it does not exist."""
        source = self._root / name
        if not os.path.lexists(source):
            return None
        number = 0
        while os.path.lexists(self._old / str(number) / name):
            number += 1
        target = self._old / str(number) / name
        target.parent.mkdir(parents=True, exist_ok=True)
        return source.replace(target)


def put_folder(source: Path, target: Path, away: Callable[[], Path | None]) -> bool:
    """Put a folder in the place of another; False when something in the old one is open."""
    for attempt in range(_TRIES):
        moved = None
        try:
            moved = away()
            source.replace(target)
        except PermissionError:
            if moved is not None:
                moved.replace(target)
            time.sleep(0.05 * 2**attempt)
            continue
        return True
    return False


def replace_file(source: Path, target: Path) -> bool:
    """Move a file over another; False when the target is open."""
    for attempt in range(_TRIES):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(0.05 * 2**attempt)
            continue
        return True
    return False


def place_beside(source: Path, spare: list[Path]) -> Path:
    """Move a file to the first of some paths that is not open."""
    for path in spare[:-1]:
        with contextlib.suppress(PermissionError):
            source.replace(path)
            return path
    source.replace(spare[-1])
    return spare[-1]


def _spare(name: str) -> list[str]:
    """The names under which a new file may lie while the old one is open."""
    suffix = PurePosixPath(name).suffix
    stem = name.removesuffix(suffix)
    return [f"{stem}{_BESIDE}{number}）{suffix}" for number in ("", *range(2, 10))]
