"""Compile what click says in Chinese: messages.po, which people edit, into messages.mo, which gettext reads.

    python tools/make_messages.py

A test fails when the two differ, and when click says something that messages.po has no words for.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "batch/app/locale/zh_CN/LC_MESSAGES/messages.po"
_MAGIC = 0x950412DE
_HEADER = struct.Struct("<7I")
_PAIR = struct.Struct("<2I")


def messages(text: str) -> dict[str, str]:
    """Message → translation, plurals joined by a zero as in a .mo file; "" is the catalogue's header."""
    found: dict[str, str] = {}
    entry: dict[str, str] = {}
    field = ""
    for line in [*text.splitlines(), 'msgid ""']:
        if not line.strip() or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if line.startswith('"'):
            entry[field] += ast.literal_eval(line)
            continue
        if word == "msgid" and entry:
            key = "\0".join(entry[name] for name in ("msgid", "msgid_plural") if name in entry)
            found[key] = "\0".join(value for name, value in entry.items() if name.startswith("msgstr"))
            entry = {}
        field = word
        entry[field] = ast.literal_eval(rest)
    return found


def compiled(found: dict[str, str]) -> bytes:
    """The catalogue as a .mo file: length and place of each message and translation, then the texts."""
    keys = sorted(key.encode() for key in found)
    values = [found[key.decode()].encode() for key in keys]
    table = _HEADER.size
    place = table + 2 * len(keys) * _PAIR.size
    pairs, texts = b"", b""
    for text in (*keys, *values):
        pairs += _PAIR.pack(len(text), place + len(texts))
        texts += text + b"\0"
    head = _HEADER.pack(_MAGIC, 0, len(keys), table, table + len(keys) * _PAIR.size, 0, place)
    return head + pairs + texts


def main() -> None:
    """Write messages.mo beside messages.po."""
    SOURCE.with_suffix(".mo").write_bytes(compiled(messages(SOURCE.read_text(encoding="utf-8"))))


if __name__ == "__main__":
    main()
