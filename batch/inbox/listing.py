"""List everything below the inbox, with printable names.

Nothing is opened, and what could block or never end (pipes, devices, circular links) is only named.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from batch.errors import in_chinese
from batch.inbox.ignored_files import AGAIN, WORKBOOKS, Why, file_passed_over, folder_passed_over, is_hidden
from batch.model.filenames import ending_of, printable_name

_OUTSIDE = "是指向收件箱以外的链接，未处理"
_FOLDER_LINK = "是指向文件夹的链接，没有进去看，请把里面的文件本身放进收件箱"
_DANGLING = "是链接，它指向的文件打不开，请报送文件本身"
_NO_FILE = "不是普通文件（是管道、套接字或设备），没有打开"
_NAMED_LIKE = "名称像Excel文件，实际是文件夹；里面的文件照常处理"


@dataclass(frozen=True, slots=True)
class InboxFile:
    """A file to read, or an entry that cannot be read, with the reason."""

    #: relative to the inbox, with forward slashes, printable, and no other one's
    name: str
    #: the same as the system has it
    real: str
    #: None: it is to be read
    why: Why | None = None
    size: int = 0
    modified: int = 0


def look(inbox: Path) -> list[InboxFile]:
    """Everything below `inbox`, in the order of the names. Raises OSError when the folder itself cannot be
    listed."""
    root = inbox.resolve()
    return _named([_Seen(*seen) for seen in _below(inbox, "", root)])


@dataclass(frozen=True, slots=True)
class _Seen:
    real: str
    why: Why | None
    stat: os.stat_result | None = None


_Raw = tuple[str, Why | None, os.stat_result | None]


def _below(folder: Path, at: str, root: Path) -> Iterator[_Raw]:
    with os.scandir(folder) as entries:
        names = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in names:
        real = f"{at}/{name}" if at else name
        if not is_folder:
            if not is_hidden(name):
                yield _file(folder / name, name, real, root)
            continue
        if reason := folder_passed_over(name):
            if _holds_files(folder / name):
                yield real, ("", reason), None
        elif not is_hidden(name):
            if ending_of(name) in WORKBOOKS:
                yield real, ("", _NAMED_LIKE), None
            try:
                yield from list(_below(folder / name, real, root))
            except OSError as error:
                reason = f"文件夹打不开，里面的文件没有处理，{AGAIN}（{in_chinese(error)}）"
                yield real, ("F032", reason), None


def _file(path: Path, name: str, real: str, root: Path) -> _Raw:
    """One entry; nothing but plain files is opened."""
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):
            try:
                found = path.stat()
            except (OSError, RuntimeError):
                return real, ("F031", _DANGLING), None
            if stat.S_ISDIR(found.st_mode):
                return real, ("F031", _FOLDER_LINK), None
            if not path.resolve().is_relative_to(root):
                return real, ("F031", _OUTSIDE), None
        if not stat.S_ISREG(found.st_mode):
            return real, ("F031", _NO_FILE), None
    except OSError as error:
        return real, ("F032", f"读取文件时出错，{AGAIN}（{in_chinese(error)}）"), None
    return real, file_passed_over(name), found


def _holds_files(folder: Path) -> bool:
    """Whether any file lies below a folder; False for one that cannot be listed."""
    return any(files for _, _, files in os.walk(folder))


def _named(seen: list[_Seen]) -> list[InboxFile]:
    """Entries with unique names: printable names stay as they are, others get a number."""
    taken: set[str] = set()
    found = []
    shown = [("/".join(map(printable_name, one.real.split("/"))), one) for one in seen]
    for name, one in sorted(shown, key=lambda pair: (pair[0] != pair[1].real, os.fsencode(pair[1].real))):
        own, number = name, 2
        while own in taken:
            stem, dot, ending = name.rpartition(".")
            own = f"{stem}（{number}）.{ending}" if dot and "/" not in ending else f"{name}（{number}）"
            number += 1
        taken.add(own)
        size, modified = (one.stat.st_size, known_time(one.stat.st_mtime_ns)) if one.stat else (0, 0)
        found.append(InboxFile(own, one.real, one.why, size, modified))
    return sorted(found, key=lambda one: one.name)


#: 1 January of the year 3000: no calendar of Windows goes beyond, and no file was saved then
_LATEST = 32_503_680_000 * 10**9


def known_time(modified: int) -> int:
    """A file's time of change in nanoseconds; 0 for impossible times, which some servers report."""
    return modified if 0 < modified < _LATEST else 0
