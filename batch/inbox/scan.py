"""List what lies in the inbox: workbooks and reports to read, files to pass over, and why."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from batch.model.narrative import REPORTS
from batch.oserrors import in_chinese

WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et", ".ods"}
#: how a batch says that it could not read a file and that the next one will try again
AGAIN = "下次自动重试"
#: Excel's, LibreOffice's and WPS's traces of a file that somebody has open
_LOCKS = ("~$", ".~")
_PARTIAL = {".tmp", ".part", ".crdownload", ".download"}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A workbook in the inbox, or a document that may be a unit's written report."""

    inbox: str
    #: relative to the inbox, with forward slashes: the file's name in every output
    name: str
    #: the first folder below the inbox, "" for files that lie in it directly
    folder: str
    size: int
    modified: int

    @property
    def path(self) -> Path:
        """The file; put together when asked for, since a path of its own weighs as much as all else here."""
        return Path(self.inbox, self.name)


@dataclass(frozen=True, slots=True)
class Listing:
    """The inbox at one moment."""

    candidates: tuple[Candidate, ...]
    #: (file, check that says why, reason in Chinese)
    passed_over: tuple[tuple[str, str, str], ...]


def scan(inbox: Path) -> Listing:
    """Every file below `inbox`, in a fixed order. Links are not followed out of it.

    Raises OSError when the inbox itself cannot be listed.
    """
    candidates: list[Candidate] = []
    passed: list[tuple[str, str, str]] = []
    root, where = inbox.resolve(), str(inbox)
    any(inbox.iterdir())  # looking below it passes over folders that cannot be listed, this one included
    for name in _names(inbox):
        path = inbox / name
        try:
            if not path.is_file():
                continue
            if not path.resolve().is_relative_to(root):
                passed.append((name, "F031", "是指向收件箱以外的链接，未处理"))
                continue
            reason = _reason(path)
            if reason:
                passed.append((name, *reason))
                continue
            stat = path.stat()
        except OSError as error:
            passed.append((name, "F032", f"读取文件时出错，{AGAIN}（{in_chinese(error)}）"))
            continue
        folder = name.partition("/")[0] if "/" in name else ""
        candidates.append(Candidate(where, name, folder, stat.st_size, stat.st_mtime_ns))
    listing = Listing(tuple(candidates), tuple(passed))
    ensure_there(inbox, listing)
    return listing


def _names(inbox: Path) -> list[str]:
    """The names of all files below `inbox`, in a fixed order; hidden ones are not looked at."""
    names = []
    for folder, _, files in os.walk(inbox):
        below = Path(folder).relative_to(inbox).as_posix()
        names += [file if below == "." else f"{below}/{file}" for file in files]
    return sorted(name for name in names if not any(map(_is_hidden, name.split("/"))))


def _is_hidden(part: str) -> bool:
    return part.startswith(".") and not part.startswith(".~")


def ensure_there(inbox: Path, listing: Listing) -> None:
    """Raise OSError when the inbox went away since it was looked through: a share that dropped out.

    What is left of one may be an empty folder, and a batch would take all units' files for withdrawn.
    """
    any(inbox.iterdir())
    if listing.candidates and not any(file.path.exists() for file in listing.candidates):
        raise OSError(errno.ESTALE, "", str(inbox))


def _reason(path: Path) -> tuple[str, str] | None:
    """Why a file is not a submission, and the check that says so; None when it may be one."""
    name, suffix = path.name, path.suffix.lower()
    if name.startswith(_LOCKS):
        return "F032", "正在被他人打开（临时锁定文件），本次跳过"
    if suffix in _PARTIAL:
        return "F032", f"尚未复制完，本次跳过，{AGAIN}"
    if suffix not in WORKBOOKS and suffix not in REPORTS:
        return "F031", "不是Excel文件，未处理，请按Excel模板报送"
    return None
