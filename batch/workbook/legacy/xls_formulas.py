"""Formulas of old Excel files, which xlrd skips: the sheet's records are read once more for them."""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from typing import Any, Final

#: records of a sheet (MS-XLS 2.3): where it begins and ends, formulas, and what a block of them shares
_BEGINS: Final = (0x0009, 0x0209, 0x0409, 0x0809)
_ENDS: Final = 0x000A
_FORMULAS: Final = (0x0006, 0x0206, 0x0406)
_SHARED: Final = 0x04BC
#: the token of a formula that stands elsewhere
_ELSEWHERE: Final = b"\x01"
#: a formula that cannot be spelt
UNKNOWN: Final = "?"
#: xlrd writes whole numbers with a decimal
_WHOLE = re.compile(r'("[^"]*"|\'[^\']*\')|(?<![\w.])(\d+)\.0(?![\d.])')


def formulas_of(found: Any, number: int) -> dict[tuple[int, int], str]:
    """The formulas of a sheet of an open xlrd book by row and column from 1, without the "=".

    Where records are damaged, those found before them; the results are read all the same.
    """
    reader = _Formulas(found)
    # xlrd raises whatever it runs into
    with suppress(Exception):
        reader.read(number)
    return reader.spelt()


class _Formulas:
    """The formulas of one sheet, and where they stand."""

    def __init__(self, found: Any) -> None:
        self._found = found
        #: by place from 0, tokens and their length
        self._own: dict[tuple[int, int], tuple[bytes, int]] = {}
        #: places of formulas that use those at another place, and these
        self._using: dict[tuple[int, int], tuple[int, int]] = {}
        self._shared: dict[tuple[int, int], tuple[bytes, int]] = {}

    def read(self, number: int) -> None:
        """Read the sheet's records. Raises whatever xlrd does."""
        found = self._found
        found._position = found._sh_abs_posn[number]
        place, depth = (0, 0), 0
        while True:
            record, _, data = found.get_record_parts()
            if record in _BEGINS:
                depth += 1
            elif record == _ENDS:
                depth -= 1
                if depth <= 0:
                    return
            elif depth == 1 and record in _FORMULAS:
                place = struct.unpack_from("<HH", data)
                if data[22:23] == _ELSEWHERE:
                    self._using[place] = struct.unpack_from("<HH", data, 23)
                else:
                    self._own[place] = data[22:], struct.unpack_from("<H", data, 20)[0]
            elif depth == 1 and record == _SHARED:
                # behind the first formula that uses it
                self._shared[place] = data[10:], struct.unpack_from("<H", data, 8)[0]

    def spelt(self) -> dict[tuple[int, int], str]:
        """All formulas as text."""
        from xlrd.formula import FMLA_TYPE_CELL, FMLA_TYPE_SHARED

        texts = {place: self._text(place, own, FMLA_TYPE_CELL) for place, own in self._own.items()}
        for place, first in self._using.items():
            texts[place] = self._text(place, self._shared.get(first), FMLA_TYPE_SHARED)
        return {(row + 1, col + 1): text for (row, col), text in texts.items()}

    def _text(self, place: tuple[int, int], formula: tuple[bytes, int] | None, kind: int) -> str:
        from xlrd.formula import decompile_formula

        if formula is None:
            return UNKNOWN
        text = None
        # an unknown token ends in one of a dozen exceptions
        with suppress(Exception):
            text = decompile_formula(self._found, *formula, kind, browx=place[0], bcolx=place[1])
        return _WHOLE.sub(r"\1\2", text) if text else UNKNOWN
