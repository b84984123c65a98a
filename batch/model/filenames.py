"""Names of files made from texts that strangers typed."""

from __future__ import annotations

import hashlib
import re

#: what Windows does not take in a name, and control characters
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)?", re.IGNORECASE
)
#: characters of one part: Windows takes 260 for a whole path, and two parts stand below the staging folder
_LONGEST = 60
#: bytes: Linux takes 255, and an ending or a number may still come behind
_MOST_BYTES = 200
_DIGITS = 6
#: .xlsx, .jsonl: what says which program opens a file
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def safe_name(text: str) -> str:
    """One part of a path from a text of a file: no separators, nothing Windows refuses, never empty.

    One that is too long is cut before its ending, and a few digits made from the whole of it keep it apart
    from others.
    """
    name = _UNSAFE.sub("_", text).strip(" .")
    if len(name) > _LONGEST or _bytes(name) > _MOST_BYTES:
        name = _cut(name, text)
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _cut(name: str, text: str) -> str:
    ending = _ENDING.search(name)
    kept = f"~{hashlib.sha256(_encoded(text)).hexdigest()[:_DIGITS]}{ending[0] if ending else ''}"
    name = name[: _LONGEST - len(kept)]
    while _bytes(name) + len(kept) > _MOST_BYTES:
        name = name[:-1]
    return name.rstrip(" .") + kept


def _bytes(name: str) -> int:
    return len(_encoded(name))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
