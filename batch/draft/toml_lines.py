"""Plain values as TOML, laid out as the packs that people write."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

#: a list longer than this stands on several lines
_LINE = 110


def toml_of(data: Mapping[str, Any], comment: str = "") -> str:
    """A table as a TOML file: values first, then tables and lists of tables, in their order."""
    head = [f"# {line}" for line in comment.splitlines()]
    return "\n".join((*head, *_table(data, ""))) + "\n"


def _table(data: Mapping[str, Any], path: str) -> Iterator[str]:
    for key, value in data.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in data.items():
        name = f"{path}{_key(key)}"
        if _is_table(value):
            yield f"\n[{name}]"
            yield from _table(value, f"{name}.")
        elif _is_tables(value):
            for one in value:
                yield f"\n[[{name}]]"
                yield from _table(one, f"{name}.")


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    return isinstance(value, Sequence) and bool(value) and all(map(_is_table, value))


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else _text(key)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int | float):
        return str(value)
    rows = [_value(one) for one in value]
    flat = f"[{', '.join(rows)}]"
    if len(flat) <= _LINE:
        return flat
    return "\n".join(("[", *(f"    {row}," for row in rows), "]"))
