"""Formulas of OpenDocument files (OpenFormula), converted to nearly Excel's notation, for people to read."""

from __future__ import annotations

import re
from typing import Final

# what is left open reaches to the end, so that no formula costs more than its length
_PIECE = re.compile(
    r"""(?P<text>"[^"]*+(?:"|$)) | \[(?P<ref>(?:'[^']*+(?:'|$)|[^\]'])*+)(?:\]|$) | (?P<next>;)""", re.VERBOSE
)
_EXTERNAL = re.compile(r"'((?:[^']|'')*+)'#")
_PREFIX = re.compile(r"(?:of|oooc|msoxl)?:?=")
#: Excel itself stops at 8,192 characters
_LONGEST: Final = 8192


class OdsFormulas:
    """Converts formulas; other files they refer to are numbered as Excel does: [1], [2], …"""

    def __init__(self) -> None:
        #: addresses of the other files, in the order they came up
        self.links: list[str] = []
        self._numbers: dict[str, int] = {}

    def plain(self, formula: str) -> str:
        """The formula without the leading "=", references as A1, arguments separated by commas."""
        return _PIECE.sub(self._piece, _PREFIX.sub("", formula[:_LONGEST], count=1))

    def _piece(self, found: re.Match[str]) -> str:
        if found["text"] is not None:
            return found["text"]
        if found["next"]:
            return ","
        ref = found["ref"]
        external = _EXTERNAL.match(ref)
        if external is None:
            return _reference(ref, "")
        address = external[1].replace("''", "'")
        if address not in self._numbers:
            self.links.append(address)
            self._numbers[address] = len(self.links)
        return _reference(ref[external.end() :], f"[{self._numbers[address]}]")


def _reference(ref: str, file: str) -> str:
    """One reference: ".A1" is A1, "$Sheet1.A1:.B2" is Sheet1!A1:B2."""
    places: list[str] = []
    for place in ref.split(":"):
        sheet, _, cell = place.rpartition(".")
        sheet = sheet.removeprefix("$")
        if file and not places:
            sheet = f"'{file}{sheet[1:]}" if sheet.startswith("'") else f"{file}{sheet}"
        places.append(f"{sheet}!{cell}" if sheet else cell)
    return ":".join(places)
