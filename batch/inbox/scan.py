"""List the submissions in the inbox: workbooks and reports to read, files to pass over with the reason."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from pathlib import Path

from batch.inbox.ignored_files import AGAIN
from batch.inbox.listing import look

__all__ = ["AGAIN", "Candidate", "Listing", "ensure_there", "scan"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A workbook in the inbox, or a document that may be a unit's written report."""

    inbox: str
    #: relative to the inbox, with forward slashes: the file's name in every output
    name: str
    #: the first folder below the inbox, "" for files that lie in it directly
    folder: str
    size: int
    #: in nanoseconds; 0 when not known
    modified: int
    #: what the system calls it, where that is no text to be shown
    real: str = ""

    @property
    def path(self) -> Path:
        """The file's path; built at each access, since a stored path weighs as much as all other fields."""
        return Path(self.inbox, self.real or self.name)


@dataclass(frozen=True, slots=True)
class Listing:
    """The inbox at one moment."""

    candidates: tuple[Candidate, ...]
    #: (file, check that says why, reason in Chinese); no check: it is no matter of a unit
    passed_over: tuple[tuple[str, str, str], ...]

    @property
    def real_paths(self) -> dict[str, Path]:
        """Files whose name on disk differs from their printable name: printable name → path."""
        return {file.name: file.path for file in self.candidates if file.real}


def scan(inbox: Path) -> Listing:
    """Every file below `inbox`, in a fixed order. Links are not followed out of it.

    Raises OSError when the inbox itself cannot be listed.
    """
    candidates: list[Candidate] = []
    passed: list[tuple[str, str, str]] = []
    where = str(inbox)
    for found in look(inbox):
        if found.why is not None:
            passed.append((found.name, *found.why))
            continue
        folder = found.name.partition("/")[0] if "/" in found.name else ""
        real = "" if found.real == found.name else found.real
        candidates.append(Candidate(where, found.name, folder, found.size, found.modified, real))
    listing = Listing(tuple(candidates), tuple(passed))
    ensure_there(inbox, listing)
    return listing


def ensure_there(inbox: Path, listing: Listing) -> None:
    """Raise OSError when the inbox disappeared since it was listed, as a share that dropped out does.

    Its mount point may be left as an empty folder, and a batch would take all files for withdrawn.
    """
    any(inbox.iterdir())
    if listing.candidates and not any(file.path.exists() for file in listing.candidates):
        raise OSError(errno.ESTALE, "", str(inbox))
