"""When each open finding was first seen: carried over from the findings published before."""

from __future__ import annotations

import json
from pathlib import Path


def first_seen(published: Path) -> dict[str, str]:
    """By a finding's key, the batch that found it first; empty when nothing was published yet."""
    if not published.is_file():
        return {}
    found = {}
    for line in published.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        key = "|".join((record["unit"], record["check"], record["form"], record["field"]))
        found[key] = record["first_seen"]
    return found
