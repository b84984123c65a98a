"""Tables of rule files laid over each other, and what a bureau's own tables change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from batch.config.entries import Entry, RulebookError, RuleMistakes, name_key, read_toml
from batch.config.schema import unknown
from batch.config.toml_text import TomlText

#: the steps of a scale are one thing, which another one replaces
_SCALE = "bands"
#: lists of other spellings, in forms
_SPELLINGS = frozenset({"aliases", "titles"})
_CALLED = {"check": "每条检查", "alias": "每个别名", "cause": "每一件"}


def tables(text: TomlText, key: str, noted: RuleMistakes) -> list[Entry]:
    """The tables [[key]] of a file; none when they are not written as such, which is noted."""
    found = read_toml(text).get(key, [])
    if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
        said = f"{_CALLED[key]}以 [[{key}]] 开头，注意是两层方括号"
        noted.found += RulebookError(text.name, text.line((key,)), said).mistakes
        return []
    return [Entry(table, text, (key, n)) for n, table in enumerate(found)]


def only(keys: Sequence[str], text: TomlText, noted: RuleMistakes) -> None:
    """Note what a file has at its top besides these."""
    for key in read_toml(text):
        if key not in keys:
            noted.found.append((text.name, text.line((key,)), unknown(key, keys)))


def changes_of(entry: Entry, known: Entry | None) -> list[tuple[str, str, str, str]]:
    """What a check of the bureau's own file changes against the pack: (id, key, old, new)."""
    data = entry.data
    if known is None:
        if not any(key in data for key in ("tie", "require", "title")):
            raise entry.error(f"没有编号为 {data['id']} 的检查，无法修改；新增的检查要写算式（tie）", "id")
        return [(data["id"], "新增", "", str(data.get("title") or data.get("tie", "")))]
    if "reads" in data:
        raise entry.error(f"检查 {data['id']} 用到哪些项目由程序决定，reads 不能修改", "reads")
    thresholds, own = known.data.get("thresholds", {}), data.get("thresholds", {})
    for name in own if isinstance(own, dict) else ():
        if name not in thresholds:
            said = unknown(name, thresholds, f"检查 {data['id']} 没有界限")
            raise entry.error(said, "thresholds", name)
    return [
        (data["id"], key, in_one_line(known.data.get(key)), in_one_line(new))
        for key, new in data.items()
        if key != "id" and known.data.get(key) != new
    ]


def in_one_line(value: Any) -> str:
    """A value of a rule file as it is listed among the changes."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return "，".join(f"{name} {part}" for name, part in value.items())
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)


def laid_over(old: Entry | None, new: Entry, *, words: bool = False) -> Entry:
    """A table of a pack over the same table of the pack it extends, see `merged`."""
    return new if old is None else Entry(merged(old.data, new.data, words=words), new.text, new.where, old)


def outputs_over(old: Entry | None, new: Entry) -> Entry:
    """outputs.toml of a pack over that of the pack it extends: what a section says again is the new one's
    whole, since columns and lines stand in an order."""
    if old is None:
        return new
    data = dict(old.data)
    for section, table in new.data.items():
        was = data.get(section)
        data[section] = {**was, **table} if isinstance(was, dict) and isinstance(table, dict) else table
    return Entry(data, new.text, new.where, old)


def merged(old: Mapping[str, Any], new: Mapping[str, Any], *, words: bool = False) -> dict[str, Any]:
    """What two packs say in a table: key by key, and what the new one says again is the new one's.

    Of tables in lists those of one name are merged, further ones come last; tables without names come
    before the old ones, as the first that fits counts. `words`: lists of words are added to; other spellings
    of a form's words always are.
    """
    found = dict(old)
    for key, value in new.items():
        was = old.get(key)
        # one list of a form is written [list], several [[list]]
        if isinstance(was, dict) and _is_of(dict, value):
            was = [was]
        elif isinstance(value, dict) and _is_of(dict, was):
            value = [value]
        if isinstance(value, dict) and isinstance(was, dict):
            if "rows" in value and "heights" in was:
                # heights are of the rows of that drawing
                was = {name: old_value for name, old_value in was.items() if name != "heights"}
            found[key] = merged(was, value, words=words)
        elif key != _SCALE and isinstance(was, list) and _is_of(dict, value, was):
            found[key] = _merged_tables(was, value, words=words)
        elif (words or key in _SPELLINGS) and isinstance(was, list) and _is_of(str, value, was):
            found[key] = list(dict.fromkeys([*was, *value]))
        else:
            found[key] = value
    return found


def _is_of(kind: type, *lists: Any) -> bool:
    """Whether all of these are lists of that kind with something in them."""
    return all(isinstance(one, list) and one and all(isinstance(v, kind) for v in one) for one in lists)


def _merged_tables(old: list[Any], new: list[Any], *, words: bool) -> list[Any]:
    name = name_key([*old, *new])
    if not name:
        return [*new, *old]
    found, numbers = list(old), {table[name]: n for n, table in enumerate(old)}
    for table in new:
        # what is written twice stays so, to be told
        number = numbers.pop(table[name], None)
        if number is None:
            found.append(table)
        else:
            found[number] = merged(old[number], table, words=words)
            if "label" in table:
                found[number] = _known_as_before(old[number], found[number])
    return found


def _known_as_before(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    """A row or column with another label, which is still known by the one the other pack gave it."""
    before, aliases = old.get("label", old.get("name")), new.get("aliases", [])
    if before == new["label"] or not isinstance(aliases, list) or before in aliases:
        return new
    return {**new, "aliases": [*aliases, before]}
