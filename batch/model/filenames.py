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


def safe_name(text: str) -> str:
    """One part of a path from a text of a file: no separators, nothing Windows refuses, never empty.

    One that is too long is cut, and a few digits made from the whole of it keep it apart from others.
    """
    name = _UNSAFE.sub("_", text).strip(" .")
    if len(name) > _LONGEST or len(name.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        digits = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
        name = f"{_cut(name[: _LONGEST - _DIGITS - 1])}~{digits}"
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def _cut(name: str) -> str:
    while len(name.encode("utf-8", "surrogatepass")) > _MOST_BYTES - _DIGITS - 1:
        name = name[:-1]
    return name.rstrip(" .")
