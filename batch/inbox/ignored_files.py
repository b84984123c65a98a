"""Files and folders in a shared folder that are no submissions, and the reason given: see
`passed_over.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

from batch.model.filenames import ending_of
from batch.model.narrative import REPORTS

#: what the reader of workbooks takes, templates among them
WORKBOOKS = {".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xltx", ".xltm", ".xlt", ".ett"}
#: how a batch says that it could not read a file and that the next one will try again
AGAIN = "下次自动重试"
_PARTIAL = f"尚未复制完，本次跳过，{AGAIN}"
_OTHER = "不是Excel文件，未处理，请按Excel模板报送"

#: the check that tells the unit, "" for none; and the reason in Chinese
Why = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Names:
    """Names of such files; those with wildcards are kept apart."""

    plain: frozenset[str]
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, names: Iterable[str]) -> _Names:
        folded = [name.casefold() for name in names]
        return cls(
            frozenset(name for name in folded if not set("*?[") & set(name)),
            tuple(name for name in folded if set("*?[") & set(name)),
        )

    def have(self, name: str) -> bool:
        folded = name.casefold()
        return folded in self.plain or any(fnmatchcase(folded, pattern) for pattern in self.patterns)


@dataclass(frozen=True, slots=True)
class _Table:
    folders: tuple[tuple[_Names, str], ...]
    silent: _Names
    locks: _Names
    locked: str
    partial: tuple[str, ...]
    others: tuple[tuple[_Names, str], ...]


@cache
def _table() -> _Table:
    data = tomllib.loads(Path(__file__).with_name("passed_over.toml").read_text(encoding="utf-8"))
    return _Table(
        tuple((_Names.of(entry["names"]), entry["reason"]) for entry in data["folder"]),
        _Names.of(data["silent"]["names"]),
        _Names.of(data["lock"]["names"]),
        data["lock"]["reason"],
        tuple(data["partial"]["endings"]),
        tuple((_Names.of(entry["endings"]), entry["reason"]) for entry in data["other"]),
    )


def folder_passed_over(name: str) -> str:
    """Why a folder of this name is not searched, in Chinese; "" when it is."""
    return next((reason for names, reason in _table().folders if names.have(name)), "")


def is_hidden(name: str) -> bool:
    """Whether a file or folder belongs to the system and is not mentioned at all."""
    return _table().silent.have(name) or (name.startswith(".") and not _table().locks.have(name))


def file_passed_over(name: str) -> Why | None:
    """Why a file of this name is not read; None when it may be a submission."""
    table = _table()
    if table.locks.have(name):
        return "F032", table.locked
    ending = ending_of(name)
    if ending in WORKBOOKS or ending in REPORTS:
        return None
    if name.casefold().rstrip().endswith(table.partial):
        return "F032", _PARTIAL
    return "F031", next((reason for endings, reason in table.others if endings.have(ending)), _OTHER)
