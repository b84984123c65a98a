"""Publish a finished batch: stage, make durable, then move into place by a journal.

Everything is written below `.jixiao/staging` and synced to disk. A journal then says what will be moved; it
is moved (see `apply_plan`) and synced, and the journal removed; only then the old set is deleted. A command
that finds a journal finishes the publication before it does anything else.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from batch.outbox.apply_plan import PlanExecutor
from batch.outbox.durable import remove_durably, sync_files, sync_folders, sync_folders_below, write_durably
from batch.outbox.publish_plan import Plan, plan, sha256_of

STATE = ".jixiao"
_JOURNAL = "publish.json"
DAMAGED = "发布记录 publish.json 已损坏，不再用它；本批次重新放好全部结果"


class Outbox:
    """The folder the batch publishes to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / STATE
        self.staging = self.state / "staging"
        self._old = self.state / "old"
        self._journal = self.state / _JOURNAL
        self._swap = PlanExecutor(root, self.staging, self._old)
        #: files of the folders we own that belong to the new set as they are
        self._kept: set[str] = set()
        #: what came to lie beside an open file when units' folders were published ahead of the rest
        self._ahead: list[str] = []
        #: what belongs to the set that was published last
        self.current: set[str] = set()
        #: whether this one has put a set in place
        self.published = False
        #: what was found amiss when it was opened, for the log
        self.amiss = ""

    @property
    def half_published(self) -> bool:
        """Whether a publication is under way, or was killed."""
        return self._journal.exists()

    def open(self) -> None:
        """Prepare the outbox: finish a killed run's publication, delete what it had only staged."""
        if not self.state.is_dir():
            self.state.mkdir(parents=True)
            # without its folder there would be no journal
            sync_folders([self.root, self.root.parent])
        self.finish()
        if self.half_published:
            self.amiss = DAMAGED
            self._swap.put_back()
            remove_durably(self._journal)
        self._clear()
        self.staging.mkdir(parents=True)
        self._kept.clear()
        self._ahead = []

    def finish(self) -> None:
        """Finish a killed run's publication. Raises OSError."""
        if self.half_published and (left := Plan.read(self._journal)):
            self._carry_out(left)

    def write(self, name: str, data: bytes) -> None:
        """Stage one file; `name` is its path in the outbox."""
        path = self.path(name)
        path.write_bytes(data)

    def copy(self, name: str, staged: str) -> None:
        """Stage a file with the content of a staged one."""
        shutil.copyfile(self.path(staged), self.path(name))

    def drop(self, name: str) -> None:
        """Remove a staged file from the new set."""
        self.path(name).unlink(missing_ok=True)

    def keep(self, files: Iterable[tuple[str, str, int]]) -> bool:
        """Include files in the new set that are staged or in place already: (path, sha256, size).

        Returns whether all of them exist with exactly these bytes; otherwise none is included.
        """
        listed = list(files)
        if not self.has(listed):
            return False
        self._kept.update(name for name, _, _ in listed)
        return True

    def has(self, files: Iterable[tuple[str, str, int]]) -> bool:
        """Whether all files exist with exactly these bytes: (path, sha256, size)."""
        return all(self._is_there(*file) for file in files)

    def _is_there(self, name: str, sha: str, size: int) -> bool:
        staged = self.staging / name
        path = staged if staged.exists() else self.root / name
        try:
            return path.stat().st_size == size and sha256_of(path) == sha
        except OSError:
            return False

    def path(self, name: str) -> Path:
        """The path at which a caller may stage a file by itself."""
        path = self.staging / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def publish(self) -> list[str]:
        """Move the staged set into place.

        Returns the paths of files that could not be replaced because somebody has the old one open: the new
        file then lies beside it under another name, which is what is returned.
        """
        beside = self._ahead + self._publish()
        self.current.update(beside)
        self.published = True
        return beside

    def publish_ahead(self) -> None:
        """Move what is staged so far into place, whole folders of units; the rest follows with `publish`.

        The folders are old or new as ever; what is told of all units stays the old one until then.
        """
        self._ahead = self._publish()
        self._kept.update(self.current)
        self.staging.mkdir(parents=True)

    def _publish(self) -> list[str]:
        new, fresh = plan(self.root, self.staging, self._kept)
        sync_files(self.staging / name for name in fresh)
        sync_folders_below(self.staging)
        sync_folders([self.state])
        write_durably(self._journal, new.encoded)
        return self._carry_out(new)

    def _carry_out(self, new: Plan) -> list[str]:
        beside = self._swap.carry_out(new)
        sync_folders(folder for folder in sorted(self._swap.touched) if folder.is_dir())
        self.current = {*new.files, *beside}
        remove_durably(self._journal)
        self._clear()
        return beside

    def _clear(self) -> None:
        for folder in (self._old, self.staging):
            shutil.rmtree(folder, ignore_errors=True)
