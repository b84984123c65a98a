"""The columns of an indicator table that hold a target's sign and unit of measure, from [list] of the
pack."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from batch.forms.spec.labels import squeeze

SIGNS = ("≥", ">", "≤", "<", "=")


@dataclass(frozen=True, slots=True)
class TargetColumns:
    """The columns of sign and measure for the list's first column of values; "" where its own cells hold
    them."""

    sign: str = ""
    measure: str = ""
    #: what the sign column says in other words than people write before figures, with the sign: 正向
    signs: dict[str, str] = field(default_factory=dict)


def target_columns_of(sign: str, measure: str, signs: Mapping[str, Collection[str]]) -> TargetColumns:
    """The columns as the pack names them; `signs`: by sign, the words that mean it."""
    return TargetColumns(
        sign, measure, {squeeze(word): one for one, words in signs.items() for word in words}
    )
