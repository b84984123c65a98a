"""Tables of rule files laid over each other, and what a bureau's own tables change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from batch.config.entries import Entry, RulebookError, RuleMistakes, read_toml
from batch.config.schema import unknown
from batch.config.toml_text import TomlText

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


def laid_over(old: Entry, new: Entry) -> Entry:
    """New keys win; tables such as thresholds are merged key by key."""
    merged = dict(old.data)
    for key, value in new.data.items():
        if isinstance(value, dict) and isinstance(old.data.get(key), dict):
            merged[key] = {**old.data[key], **value}
        else:
            merged[key] = value
    return Entry(merged, new.text, new.where, old)
