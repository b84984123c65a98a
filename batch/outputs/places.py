"""Where an output lies in the outbox: one answer for whoever writes it and whoever links to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

COPIES = "批注"
#: what Windows does not take in a name, and control characters
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
#: these stay what they are; everything else comes back as .xlsx
_KEPT = (".xlsx", ".xlsm")


def safe_name(text: str) -> str:
    """One part of a path from a text of a file: no separators, nothing Windows refuses, never empty."""
    name = _UNSAFE.sub("_", text).strip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def copy_path(unit: str, file: str) -> PurePosixPath:
    """The annotated copy of a submitted file, relative to the outbox: 批注/<单位>/<原文件名>.

    `file` is the path relative to the inbox. Files of another format (.xls, .et, .ods) come back as .xlsx.
    """
    original = PurePosixPath(file)
    ending = original.suffix if original.suffix.lower() in _KEPT else ".xlsx"
    return PurePosixPath(COPIES, safe_name(unit), safe_name(original.stem) + ending)


def copy_paths(unit: str, files: Iterable[str]) -> dict[str, str]:
    """The copies of all of a unit's files, by file.

    Files of one name from different folders must not overwrite each other, whatever the case of their
    letters: the second becomes “名称（2）.xlsx”.
    """
    paths: dict[str, str] = {}
    taken: set[str] = set()
    for file in files:
        wanted = copy_path(unit, file)
        path, number = wanted, 2
        while path.as_posix().casefold() in taken:
            path, number = wanted.with_stem(f"{wanted.stem}（{number}）"), number + 1
        taken.add(path.as_posix().casefold())
        paths[file] = path.as_posix()
    return paths
