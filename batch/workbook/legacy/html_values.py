"""The value of an HTML cell: its text, and the value attributes of Excel and LibreOffice."""

from __future__ import annotations

import re

from batch.model.book import Cell, Kind
from batch.workbook.legacy.csv import ERRORS, NAMED_FORMATS, printable, typed_cell
from batch.workbook.read.cells import is_number

_FORMAT = re.compile(
    r"""mso-number-format\s*:\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^;}"']*)""", re.IGNORECASE
)
_CLASS = re.compile(r"\.([\w-]+)\s*\{([^{}]*)\}")
_CSS_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{4})|\\(.)")


class Values:
    """Reads the cells of one page, in document order."""

    def __init__(self) -> None:
        #: number formats by class
        self.classes: dict[str, str] = {}
        #: whether the page is LibreOffice's, which marks all numbers, so that all else is text
        self.marked = False

    def cell(self, row: int, col: int, text: str, given: dict[str, str]) -> Cell | None:
        """The cell for a text and the attributes of its tag; None for a blank one."""
        code, value = self._format(given), given.get("sdval", given.get("x:num"))
        formula = given.get("x:fmla", "").removeprefix("=") or None
        if "sdval" in given:
            self.marked = True
        plain = text.strip()
        if plain in ERRORS:
            cell: Cell | None = Cell(row, col, Kind.ERROR, plain)
        elif value is not None and is_number(value or plain):
            cell = Cell(row, col, Kind.NUMBER, value or plain)
        elif "x:str" in given or code == "@" or (self.marked and value is None):
            cell = Cell(row, col, Kind.TEXT, printable(text)) if plain else None
        else:
            cell = typed_cell(row, col, text)
        if cell is None:
            return Cell(row, col, Kind.UNCACHED, "", code or "General", formula) if formula else None
        return cell._replace(format=code or cell.format, formula=formula)

    def _format(self, given: dict[str, str]) -> str:
        """The number format of a cell, "" for none."""
        if "sdnum" in given:
            return given["sdnum"].split(";", 2)[2] if given["sdnum"].count(";") >= 2 else ""
        found = _FORMAT.search(given.get("style", ""))
        if found:
            return _format_code(found[1])
        return next((self.classes[c] for c in given.get("class", "").split() if c in self.classes), "")

    def learn(self, css: str) -> None:
        """Remember the number formats of the classes in a style sheet."""
        for rule in _CLASS.finditer(css[:1_000_000]):
            found = _FORMAT.search(rule[2])
            if found:
                self.classes[rule[1]] = _format_code(found[1])


def _format_code(css: str) -> str:
    """A number format as CSS writes it (quoted, escaped), decoded."""
    code = css.strip()
    if len(code) > 1 and code[0] in "\"'" and code[-1] == code[0]:
        code = code[1:-1]
    code = _CSS_ESCAPE.sub(lambda found: chr(int(found[1], 16)) if found[1] else found[2], code)
    return NAMED_FORMATS.get(code.lower(), printable(code))
