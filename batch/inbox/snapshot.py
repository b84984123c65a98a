"""Snapshot of the inbox: a sign for every file and for the rules, to find out what changed since the last
batch."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from batch import __version__
from batch.inbox.scan import AGAIN, Listing

if TYPE_CHECKING:
    from batch.config.settings import Settings

#: the sign of a file that waits: half copied, held open, or not to be read just now
WAITS = "~"
#: the sign of a file that is no workbook: what is in it makes no difference
PASSED = "-"
#: stands among the files for everything else the results follow from; no file has such a name
RULES = "/规则与设置"
#: settings that change where and when the work is done, not what comes out
_INDIFFERENT = {
    "inbox",
    "outbox",
    "engine",
    "scheduler",
    "workers",
    "watch",
    "wait_minutes",
    "mail",
    "passwords",
}

#: file, relative to the inbox → its sign: equal signs, equal content
Signs = dict[str, str]


def signs(listing: Listing, settings: Settings) -> Signs:
    """The sign of every file of the inbox, and of rules and settings; equal signs mean equal content."""
    found = {name: WAITS if check == "F032" else PASSED for name, check, _ in listing.passed_over}
    found |= {file.name: f"{file.size} {file.modified}" for file in listing.candidates}
    return found | {RULES: _rules(settings)}


def covered(seen: Signs, unprocessed: list[tuple[str, str]]) -> Signs:
    """The part of a snapshot a batch has dealt with: files it only put off are marked as waiting."""
    return seen | {name: WAITS for name, reason in unprocessed if AGAIN in reason}


def any_workbook(seen: Signs) -> bool:
    """Whether the snapshot has any file to read."""
    return any(sign not in (WAITS, PASSED) for name, sign in seen.items() if name != RULES)


def _rules(settings: Settings) -> str:
    digest = hashlib.sha256(__version__.encode())
    for field in fields(settings):
        if field.name in _INDIFFERENT:
            continue
        value = getattr(settings, field.name)
        if isinstance(value, Path):
            value = value.resolve()
        digest.update(f"\n{field.name}={value}".encode("utf-8", "backslashreplace"))
        if isinstance(value, Path) and value.is_file():
            stat = value.stat()
            digest.update(f" {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]
