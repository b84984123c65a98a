"""Lay a bureau's own values over a pack's: only what is there can be changed, and only to its own kind.

Plain tables and lists as TOML reads them; what the values mean is not known here. Lists of named tables
(`name` or `word`) are changed table by table, other lists are replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: a number, also between quotes, or the threshold of a check: "X317.上限率"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?|[A-Z]+\d+\.\S+")
_NAMES = ("name", "word")


class OverlayError(Exception):
    """What cannot be laid over: where (words that lead there, outermost first) and why, in Chinese."""

    def __init__(self, where: tuple[str, ...], message: str) -> None:
        super().__init__(message)
        self.where = where
        self.message = message


@dataclass(frozen=True, slots=True)
class Override:
    """One value that was changed."""

    where: tuple[str, ...]
    old: Any
    new: Any


def overlaid(
    old: Mapping[str, Any], new: Mapping[str, Any], where: tuple[str, ...] = (), also: Iterable[str] = ()
) -> tuple[dict[str, Any], list[Override]]:
    """`old` with what `new` says, and each change. `also`: keys that may be added. Raises OverlayError."""
    merged, changes = dict(old), []
    known = {*old, *also}
    for key, value in new.items():
        here = (*where, key)
        if key not in known:
            raise OverlayError(here, f"没有“{key}”这一项，有的是：{'、'.join(sorted(known))}")
        merged[key], made = _value(old.get(key), value, here)
        changes += made
    return merged, changes


def _value(old: Any, new: Any, where: tuple[str, ...]) -> tuple[Any, list[Override]]:
    if old is not None and _kind(old) != _kind(new):
        raise OverlayError(where, f"“{where[-1]}”应为{_kind(old)}，现为“{new}”")
    if isinstance(old, dict):
        return overlaid(old, new, where)
    name = _name_of(old) if isinstance(old, list) else ""
    if name:
        return _tables(old, new, name, where)
    return new, [] if old == new else [Override(where, old, new)]


def _tables(
    old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], name: str, where: tuple[str, ...]
) -> tuple[list[Mapping[str, Any]], list[Override]]:
    """Named tables: each of the new ones changes the old one of its name."""
    merged = {table[name]: table for table in old}
    keys = {key for table in old for key in table}
    changes: list[Override] = []
    seen: set[str] = set()
    for table in new:
        called = str(table.get(name, ""))
        here = (*where, called)
        if called not in merged:
            raise OverlayError(here, f"没有“{called}”，{name} 可以是：{'、'.join(merged)}")
        if called in seen:
            raise OverlayError(here, f"“{called}”写了两次")
        seen.add(called)
        merged[called], made = overlaid(merged[called], table, here, keys)
        changes += made
    return list(merged.values()), changes


def _name_of(tables: Sequence[Any]) -> str:
    """The key by which all of them are named; "" when they are not."""
    if not tables or not all(isinstance(table, dict) for table in tables):
        return ""
    return next((key for key in _NAMES if all(key in table for table in tables)), "")


def _kind(value: Any) -> str:
    """What kind of value it is, as a bureau is told."""
    if isinstance(value, bool):
        return "true 或 false"
    if isinstance(value, dict):
        return "一节（[…]）"
    if isinstance(value, list):
        tables = value and all(isinstance(item, dict) for item in value)
        return "几节（[[…]]）" if tables else "方括号里的一列"
    return "一个数" if _NUMBER.fullmatch(str(value)) else "引号里的文字"


def line_of(text: str, where: Sequence[str]) -> int:
    """The line in a TOML text that `where` leads to, as far as it is found; 0 when nothing is.

    TOML readers keep no positions, so the words are looked up one after the other.
    """
    lines = [line.partition("#")[0] if line.lstrip().startswith("#") else line for line in text.splitlines()]
    at = 0
    for word in where:
        at = next((n for n, line in enumerate(lines, 1) if n >= at and word in line), at)
    return at
