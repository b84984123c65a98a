"""The plan of a publication: which files and folders are moved, in as few renames as possible.

Files that stay as they are are hard-linked into the staged set, so that whole folders can be exchanged. On
file systems without links, or when little changed, the entries of a folder are exchanged one by one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from batch.outbox.paths import LISTS, ROLLUP

#: folders whose files belong to the batch alone: what is not in the new set is removed
OWNED = ("批注", "建议稿", "退回通知", "未处理")
#: what tells that all the rest is in place comes last
_LAST = "results.json"
#: a night may come to no such file
_MAY_FAIL = (ROLLUP, LISTS)
#: of a folder with no more entries changed than this, these are swapped and not the whole
_FEW = 3


@dataclass(frozen=True, slots=True)
class Plan:
    """The content of the journal."""

    #: files and folders below staging, in the order they are put in place
    moves: list[str]
    #: what nothing comes in place of
    gone: list[str]
    #: every file of the new set
    files: list[str]

    @classmethod
    def read(cls, journal: Path) -> Plan | None:
        """The plan in a journal; None when it is damaged. Raises OSError."""
        try:
            content = json.loads(journal.read_text(encoding="utf-8"))
            lists = [content[key] for key in ("moves", "gone", "files")]
        except (ValueError, KeyError, TypeError):
            return None
        well = all(isinstance(part, list) and all(isinstance(name, str) for name in part) for part in lists)
        return cls(*lists) if well else None

    @property
    def encoded(self) -> bytes:
        """The plan as the journal's bytes."""
        # in ASCII: a name of the system may hold what is no text
        return json.dumps({"moves": self.moves, "gone": self.gone, "files": self.files}).encode()


@dataclass(slots=True)
class _Draft:
    """A plan in the making, for a staged set."""

    root: Path
    staging: Path
    #: files that were staged, and all that the new set has
    staged: set[str]
    want: set[str]
    moves: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


def plan(root: Path, staging: Path, kept: Iterable[str]) -> tuple[Plan, set[str]]:
    """Complete the staged set, and plan what is to be moved; also which of its files are new.

    `kept`: files that stay as they are. Raises OSError.
    """
    staged, want = set(files_below(staging)), set(kept)
    for name in sorted(staged):
        if same(staging / name, root / name):
            (staging / name).unlink()
            staged.remove(name)
            want.add(name)
    want |= staged
    draft = _Draft(root, staging, staged, want)
    others = sorted(name for name in staged if name.partition("/")[0] not in OWNED)
    draft.moves += dict.fromkeys(_highest_new(root, name) for name in others if "/" in name)
    for owned in OWNED:
        _plan_owned(owned, draft)
    if _LAST in want:
        # what could not be made this time must not be taken for this time's
        draft.gone += [name for name in _MAY_FAIL if name not in want and (root / name).exists()]
    plain = (name for name in others if "/" not in name)
    draft.moves += sorted(plain, key=lambda name: (name == _LAST, name))
    return Plan(draft.moves, draft.gone, sorted(want)), staged


def _highest_new(root: Path, name: str) -> str:
    """The topmost folder on the way to a file that does not exist yet, else the file."""
    above = [parent.as_posix() for parent in reversed(PurePosixPath(name).parents)][1:]
    return next((folder for folder in above if not (root / folder).exists()), name)


def _plan_owned(owned: str, draft: _Draft) -> None:
    root, staging, staged, want = draft.root, draft.staging, draft.staged, draft.want
    mine: dict[str, list[str]] = {}
    for name in want:
        if name.startswith(f"{owned}/"):
            mine.setdefault(_entry(name), []).append(name)
    touched = {_entry(name) for name in staged if name.startswith(f"{owned}/")}
    touched |= {_entry(name) for name in files_below(root, owned) if name not in want}
    with contextlib.suppress(FileNotFoundError):
        touched |= {f"{owned}/{path.name}" for path in (root / owned).iterdir()} - mine.keys()
    if not touched:
        return
    # a folder that is not there yet comes with what is in it: neither is on the disk without the other
    whole = not (root / owned).exists() or (len(touched) > _FEW and not (root / owned).is_symlink())
    linked = [name for entry in (mine if whole else touched & mine.keys()) for name in mine[entry]]
    if whole and not _linked(root, staging, [name for name in linked if name not in staged]):
        # no links on this file system: rather some more renames than every file copied
        whole, linked = False, [name for entry in touched & mine.keys() for name in mine[entry]]
    if whole:
        (staging / owned).mkdir(exist_ok=True)
        draft.moves.append(owned)
        return
    for name in linked:
        if name not in staged and not _linked(root, staging, [name]):
            shutil.copy2(root / name, _ready(staging / name))
            staged.add(name)
    draft.moves += sorted(touched & mine.keys())
    draft.gone += sorted(touched - mine.keys())


def _entry(name: str) -> str:
    return "/".join(name.split("/", 2)[:2])


def _linked(root: Path, staging: Path, names: Iterable[str]) -> bool:
    """Hard-link files of the old set into the staged one; False where the file system has no links."""
    try:
        for name in names:
            os.link(root / name, _ready(staging / name))
    except OSError:
        return False
    return True


def _ready(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path


def files_below(root: Path, below: str = "") -> Iterator[str]:
    """The names of all files below a folder of `root`, relative to `root`, one at a time."""
    for path, _, files in os.walk(root / below):
        at = Path(path).relative_to(root).as_posix()
        yield from (file if at == "." else f"{at}/{file}" for file in files)


def same(one: Path, other: Path) -> bool:
    """Whether both files exist and have the same bytes."""
    try:
        # never the whole of a roll-up in memory
        return one.stat().st_size == other.stat().st_size and sha256_of(one) == sha256_of(other)
    except FileNotFoundError:
        return False


def sha256_of(path: Path) -> str:
    """The digest of a file's bytes, read in chunks. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
