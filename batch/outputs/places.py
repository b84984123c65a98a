"""Where an output lies in the outbox: one answer for whoever writes it and whoever links to it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath

from batch.model.filenames import safe_name

COPIES = "批注"
#: these stay what they are; everything else comes back as .xlsx
_KEPT = (".xlsx", ".xlsm")


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
        path, number = wanted.as_posix(), 2
        while path.casefold() in taken:
            path, number = wanted.with_stem(f"{wanted.stem}（{number}）").as_posix(), number + 1
        taken.add(path.casefold())
        paths[file] = path
    return paths
