"""The units that must report; identifies submissions by code, name, folder or file, never by similarity."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from batch.forms.spec.labels import near, squeeze
from batch.model.reference import GivenRuling, LastYear, RosterUnit
from batch.model.status import Severity
from batch.roster.problems import RosterProblem

BY_CODE, BY_NAME, BY_ALIAS, BY_FOLDER, BY_FILE = "编码", "全称", "别名", "文件夹", "文件名"
#: a name this short inside another name means nothing
_SHORTEST = 2
#: from this likeness on, a name is suggested
_LIKE = 0.6
#: what may stand around a name that comes with its code: 101001-县教育局, 县教育局（代码：101001）
_AROUND_CODE = re.compile(r"(?:单位)?(?:编码|代码|编号)|[-_()\[\]:.]")


class RosterMatch(NamedTuple):
    """A unit of the roster, and how it was recognised: 编码, 全称, 别名, 文件夹 or 文件名."""

    unit: RosterUnit
    how: str


def name_key(text: str) -> str:
    """A name or code normalised for comparison: without blanks, full-width forms and case."""
    return squeeze(text).casefold()


@dataclass(frozen=True)
class Roster:
    """单位名册.xlsx as read."""

    #: in the order of the roster; a unit stands here once
    units: tuple[RosterUnit, ...]
    problems: tuple[RosterProblem, ...] = ()
    #: of what was read: the same content gives the same digest, however the file was saved
    digest: str = ""
    #: last year's figures typed into the roster, by key_of the unit's name
    figures: Mapping[str, LastYear] = field(default_factory=dict)
    #: last year's workbook of a unit as written, with the sheet and cell that say so, likewise
    accepted_files: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    #: what the bureau decided about findings, in the order of the sheet
    rulings: tuple[GivenRuling, ...] = ()

    @property
    def errors(self) -> tuple[RosterProblem, ...]:
        """The mistakes that cost an entry."""
        return tuple(problem for problem in self.problems if problem.severity is Severity.ERROR)

    def find(self, code: str = "", name: str = "", folder: str = "", file: str = "") -> RosterMatch | None:
        """The unit a submission belongs to, by the first of these that is unambiguous; None when none is.

        `code` and `name` are what the forms state, `folder` the folder below the inbox, `file` the file's
        path. A code or name shared by two units identifies nothing.
        """
        if code and (unit := self._codes.get(name_key(code))):
            return RosterMatch(unit, BY_CODE)
        if name and (found := self._named(name)):
            return found
        if folder and (unit := self._inside(folder)):
            return RosterMatch(unit, BY_FOLDER)
        last = re.split(r"[/\\]", file)[-1]
        stem = last.rpartition(".")[0] or last
        if stem and (unit := self._inside(stem)):
            return RosterMatch(unit, BY_FILE)
        return None

    def is_shared(self, text: str) -> bool:
        """Whether several units share a code or name, so that it identifies none."""
        key = name_key(text)
        return any(key in index and index[key] is None for index in (self._codes, self._aliases))

    def suggest(self, name: str, most: int = 3) -> tuple[str, ...]:
        """Full names similar to one that is not in the roster, most similar first: only for a question to
        people."""
        scored = [
            (max(near(name, known) for known in (unit.name, *unit.aliases)), unit.name) for unit in self.units
        ]
        likely = sorted((-share, full) for share, full in scored if share >= _LIKE)
        return tuple(full for _, full in likely[:most])

    def _named(self, name: str) -> RosterMatch | None:
        key = name_key(name)
        if unit := self._names.get(key):
            return RosterMatch(unit, BY_NAME)
        if unit := self._aliases.get(key):
            return RosterMatch(unit, BY_ALIAS)
        if unit := self._codes.get(key):
            return RosterMatch(unit, BY_CODE)
        # name and code in one cell: certain when both are the same unit's
        unit = self._inside(name)
        if unit and unit.code:
            bare = max((k for k in map(name_key, (unit.name, *unit.aliases)) if k in key), key=len)
            if _AROUND_CODE.sub("", key.replace(bare, "", 1)) == _AROUND_CODE.sub("", name_key(unit.code)):
                return RosterMatch(unit, BY_CODE)
        return None

    def _inside(self, text: str) -> RosterUnit | None:
        """The one unit whose name or alias the text contains; a name inside a longer one does not count."""
        words = name_key(text)
        hits = [known for known in self._all if known in words]
        longest = [known for known in hits if not any(known != other and known in other for other in hits)]
        named = {unit.name if unit else "": unit for unit in (self._all[known] for known in longest)}
        return next(iter(named.values())) if len(named) == 1 else None

    @cached_property
    def _codes(self) -> dict[str, RosterUnit | None]:
        return _index(self.units, lambda unit: (unit.code,))

    @cached_property
    def _names(self) -> dict[str, RosterUnit | None]:
        return _index(self.units, lambda unit: (unit.name,))

    @cached_property
    def _aliases(self) -> dict[str, RosterUnit | None]:
        return _index(self.units, lambda unit: unit.aliases)

    @cached_property
    def _all(self) -> dict[str, RosterUnit | None]:
        """Full names and aliases that may be looked for inside other names; a full name wins."""
        return {key: unit for key, unit in (self._aliases | self._names).items() if len(key) >= _SHORTEST}


def _index(
    units: Iterable[RosterUnit], texts: Callable[[RosterUnit], Iterable[str]]
) -> dict[str, RosterUnit | None]:
    """Units by one of their texts; None for a text that two units share."""
    index: dict[str, RosterUnit | None] = {}
    for unit in units:
        for key in {name_key(text) for text in texts(unit)} - {""}:
            index[key] = None if key in index else unit
    return index
