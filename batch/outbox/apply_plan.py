"""The old set out, the new one in: a few renames, written down before, finished by whoever finds them undone.

The new set lies complete below `staging`. A reader finds the old set, then the new one, and for as long as
these renames take some of each; a folder that is swapped is not there between its two renames. What somebody
holds open keeps a folder in its place on Windows: then its entries are swapped one by one, and beside a file
that is open itself lies the new one.
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
    """Carries out a plan, from wherever somebody else was stopped at it."""

    def __init__(self, root: Path, staging: Path, old: Path) -> None:
        self._root, self._staging, self._old = root, staging, old
        #: folders in which a name is another one now
        self.touched: set[Path] = set()

    def carry_out(self, plan: Plan) -> list[str]:
        """Put the new set in place; returns the names of what lies beside a file somebody has open."""
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
        """Without a plan: what was moved away and has nothing in its place is put back."""
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
        if place(source, target):
            # what lay beside it is gone, as far as nobody has that open
            for other in spare:
                with contextlib.suppress(OSError):
                    (self._root / other).unlink()
            return []
        new = place_beside(source, [self._root / other for other in spare])
        return [new.relative_to(self._root).as_posix()]

    def _entries(self, name: str, files: set[str]) -> list[str]:
        """Swap what is in a folder that cannot be swapped itself."""
        beside: list[str] = []
        self.touched.add(self._root / name)
        for entry in sorted(path.name for path in (self._staging / name).iterdir()):
            beside += self._put(f"{name}/{entry}", files)
        self._sweep(name, {*files, *beside})
        return beside

    def _sweep(self, name: str, files: set[str]) -> None:
        """Remove what is not in the new set; what somebody holds open is removed by the next run."""
        for other in list(files_below(self._root, name)):
            if other not in files:
                with contextlib.suppress(OSError):
                    (self._root / other).unlink()
        for folder, _, _ in os.walk(self._root / name, topdown=False):
            with contextlib.suppress(OSError):
                if not any(Path(folder).iterdir()):
                    Path(folder).rmdir()

    def _away(self, name: str) -> Path | None:
        """Move something of the old set out of sight; None when it is not there."""
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
    """Put a folder in the place of another one; False when somebody holds something open in that."""
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


def place(source: Path, target: Path) -> bool:
    """Move one file over another; False when the target is held open."""
    for attempt in range(_TRIES):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(0.05 * 2**attempt)
            continue
        return True
    return False


def place_beside(source: Path, spare: list[Path]) -> Path:
    """Move a file to the first of some places that nobody holds open."""
    for path in spare[:-1]:
        with contextlib.suppress(PermissionError):
            source.replace(path)
            return path
    source.replace(spare[-1])
    return spare[-1]


def _spare(name: str) -> list[str]:
    """Where a new file may lie while somebody has the old one open."""
    suffix = PurePosixPath(name).suffix
    stem = name.removesuffix(suffix)
    return [f"{stem}{_BESIDE}{number}）{suffix}" for number in ("", *range(2, 10))]
