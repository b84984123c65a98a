"""Lay a bureau's own values over a pack's: only existing values can be changed, and only to the same type.

Works on plain tables and lists as TOML reads them; their meaning is not known here. Lists of named tables
(`name` or `word`) are changed table by table, other lists are replaced as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from batch.config.entries import name_key
from batch.config.schema import Mistakes, shown, unknown
from batch.config.toml_text import Where

#: a number, also between quotes, or the threshold of a check: "X317.上限率"
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?|[A-Z]+\d+\.\S+")


@dataclass(frozen=True, slots=True)
class OverridePlace:
    """Where a value stands: tables in lists by their names, and by their numbers in the bureau's file."""

    named: Where
    where: Where

    def at(self, key: str | int, name: str | None = None) -> OverridePlace:
        """The place of a value inside."""
        return OverridePlace((*self.named, key if name is None else name), (*self.where, key))


@dataclass(frozen=True, slots=True)
class Override:
    """One value that was changed."""

    place: OverridePlace
    old: Any
    new: Any


def overlaid(
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    mistakes: Mistakes,
    place: OverridePlace,
    also: Iterable[str] = (),
) -> tuple[dict[str, Any], list[Override]]:
    """`old` with what `new` says, and each change; what cannot be laid over is noted and left out.

    `place`: where `new` stands. `also`: keys that may be added.
    """
    merged, changes = dict(old), []
    known = {*old, *also}
    for key, value in new.items():
        here = place.at(key)
        if key not in known:
            mistakes.add(here.where, unknown(key, sorted(known)))
            continue
        merged[key], made = _value(old.get(key), value, mistakes, here)
        changes += made
    return merged, changes


def _value(old: Any, new: Any, mistakes: Mistakes, place: OverridePlace) -> tuple[Any, list[Override]]:
    if old is not None and _kind(old) != _kind(new):
        mistakes.add(place.where, f"“{place.named[-1]}”应为{_kind(old)}，现为{shown(new)}")
        return old, []
    if isinstance(old, dict):
        return overlaid(old, new, mistakes, place)
    name = name_key(old) if isinstance(old, list) else ""
    if name:
        return _tables(old, new, name, mistakes, place)
    return new, [] if old == new else [Override(place, old, new)]


def _tables(
    old: Sequence[Mapping[str, Any]],
    new: Sequence[Mapping[str, Any]],
    name: str,
    mistakes: Mistakes,
    place: OverridePlace,
) -> tuple[list[Mapping[str, Any]], list[Override]]:
    """Named tables: each of the new ones changes the old one of its name."""
    merged = {table[name]: table for table in old}
    keys = {key for table in old for key in table}
    changes: list[Override] = []
    seen: set[str] = set()
    for n, table in enumerate(new):
        called = str(table.get(name, ""))
        here = place.at(n, called)
        if called not in merged:
            mistakes.add((*here.where, name), f"没有“{called}”，{name} 可以是：{'、'.join(merged)}")
        elif called in seen:
            mistakes.add((*here.where, name), f"“{called}”写了两次")
        else:
            seen.add(called)
            merged[called], made = overlaid(merged[called], table, mistakes, here, keys)
            changes += made
    return list(merged.values()), changes


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
