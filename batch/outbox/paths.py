"""Paths of outputs in the outbox: the one answer for those who write them and those who link to them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from batch.model.filenames import alike_on_disk, ending_of, own_name, safe_name

#: the workbook for leadership, and the clerk's lists
ROLLUP, LISTS = "汇总.xlsx", "清单.xlsx"
COPIES, SUGGESTED, ANSWERS = "批注", "建议稿", "未处理"
#: these stay what they are; everything else comes back as .xlsx
_KEPT = (".xlsx", ".xlsm")
#: a template comes back as a workbook, one with macros as one with macros
_TEMPLATES = {".xltm": ".xlsm"}


def copy_path(unit: str, file: str) -> PurePosixPath:
    """The annotated copy of a submitted file, relative to the outbox: 批注/<单位>/<原文件名>.

    `file` is the path relative to the inbox. Files of another format (.xls, .et, .ods) come back as .xlsx.
    """
    original = PurePosixPath(file)
    ending = ending_of(original.name)
    if ending in _KEPT:
        # as the unit wrote it, unless only a forgiving eye reads it
        ending = original.suffix if original.suffix.lower() == ending else ending
    else:
        ending = _TEMPLATES.get(ending, ".xlsx")
    return PurePosixPath(COPIES, own_name(unit), safe_name(original.stem) + ending)


def copy_paths(unit: str, files: Iterable[str]) -> dict[str, str]:
    """The copies of all of a unit's files, by file.

    Files of one name from different folders must not overwrite each other, whatever the case of their
    letters: the second becomes “名称（2）.xlsx”.
    """
    files = list(files)
    return dict(zip(files, apart(copy_path(unit, file) for file in files), strict=True))


def suggested_path(copy: str) -> str:
    """Where the 建议稿 lies that goes with an annotated copy: 建议稿/<单位>/<原文件名>."""
    return PurePosixPath(SUGGESTED, *PurePosixPath(copy).parts[1:]).as_posix()


def answer_paths(files: Iterable[str]) -> dict[str, str]:
    """For each file that could not be processed, the path of the answer: 未处理/<文件名>.txt."""
    named = sorted(set(files))
    wanted = (PurePosixPath(ANSWERS, safe_name(file.replace("/", "、")) + ".txt") for file in named)
    return dict(zip(named, apart(wanted), strict=True))


def apart(wanted: Iterable[PurePosixPath]) -> Iterator[str]:
    """Paths made distinct on every system: a name that is taken gets a number behind it."""
    taken: set[str] = set()
    for first in wanted:
        path, number = first.as_posix(), 2
        while alike_on_disk(path) in taken:
            path, number = first.with_stem(f"{first.stem}（{number}）").as_posix(), number + 1
        taken.add(alike_on_disk(path))
        yield path
