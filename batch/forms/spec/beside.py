"""The columns of a list that state a target's sign and its measure, as the pack has them under [list]."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from batch.config.rulebook import Entry
from batch.forms.spec.labels import squeeze

SIGNS = ("≥", ">", "≤", "<", "=")


@dataclass(frozen=True, slots=True)
class Beside:
    """They are about the list's first column of values; "" where its own cells state them."""

    sign: str = ""
    measure: str = ""
    #: what the sign column says in other words than people write before figures, with the sign: 正向
    signs: dict[str, str] = field(default_factory=dict)


def beside_of(entry: Entry, data: dict[str, Any], columns: Collection[str]) -> Beside:
    """What a list of these columns says about them. Raises RulebookError for a column or sign it has not."""
    for key in ("sign", "measure"):
        if key in data and data[key] not in columns:
            raise entry.error(f"“{data['name']}”的 {key} 写的是“{data[key]}”，但没有这一栏")
    for sign in data.get("signs", {}):
        if sign not in SIGNS:
            raise entry.error(f"“{data['name']}”的 signs 里不能写“{sign}”，可用的有：{'、'.join(SIGNS)}")
    words = {squeeze(word): sign for sign, words in data.get("signs", {}).items() for word in words}
    return Beside(data.get("sign", ""), data.get("measure", ""), words)
