"""Names of files made from texts that strangers typed."""

from __future__ import annotations

import re

#: what Windows does not take in a name, and control characters
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def safe_name(text: str) -> str:
    """One part of a path from a text of a file: no separators, nothing Windows refuses, never empty."""
    name = _UNSAFE.sub("_", text).strip(" .")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name
