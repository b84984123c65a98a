"""Number formats of OpenDocument files, converted to Excel's format codes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from batch.workbook.package.xml_walk import Attrs

_NUMBER: Final = "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0 "
_STYLE: Final = "urn:oasis:names:tc:opendocument:xmlns:style:1.0 "
#: elements that hold one number format
_KINDS: Final = {
    f"number:{kind}-style" for kind in ("number", "percentage", "currency", "date", "time", "boolean", "text")
}
#: letters of the parts of a date: short, long, and by name
_CLOCK: Final = {
    "number:year": ("yy", "yyyy"),
    "number:month": ("m", "mm"),
    "number:day": ("d", "dd"),
    "number:hours": ("h", "hh"),
    "number:minutes": ("m", "mm"),
    "number:seconds": ("s", "ss"),
    "number:day-of-week": ("aaa", "aaaa"),
}
#: parts shown as they are; everything else is quoted
_BARE = re.compile(r"[-+/:() %,.]*")
#: conditions as the sections of an Excel format mean them, and how many sections they take
_SECTIONS: Final = ((">=0",), (">0", "<0"), (">0", "<0", "=0"))
#: more decimals or digits than any format shows
_MOST: Final = 30
#: styles that build on each other; LibreOffice writes two
_MOST_PARENTS: Final = 20


class OdsFormats:
    """Collects styles while a file is streamed; afterwards gives the format code of a cell style."""

    def __init__(self) -> None:
        #: codes of number formats by name, without the sections added by conditions
        self._codes: dict[str, str] = {}
        self._maps: dict[str, list[tuple[str, str]]] = {}
        #: (number format, parent) by cell style
        self._styles: dict[str, tuple[str, str]] = {}
        self._name = ""
        self._kind = ""
        self._overflow = False
        self._pieces: list[str] = []
        self._text: list[str] | None = None
        self._known: dict[str, str] = {}

    def start(self, tag: str, attrs: Attrs) -> None:
        """An element of the namespaces style and number begins."""
        if tag == "style:style":
            if attrs.get(f"{_STYLE}family") == "table-cell":
                name = attrs.get(f"{_STYLE}name", "")
                self._styles[name] = (
                    attrs.get(f"{_STYLE}data-style-name", ""),
                    attrs.get(f"{_STYLE}parent-style-name", ""),
                )
        elif tag in _KINDS:
            self._name, self._kind, self._pieces = attrs.get(f"{_STYLE}name", ""), tag, []
            self._overflow = attrs.get(f"{_NUMBER}truncate-on-overflow") == "false"
        elif tag in ("number:text", "number:currency-symbol"):
            self._text = []
        elif tag == "style:map" and self._kind:
            condition = attrs.get(f"{_STYLE}condition", "").removeprefix("value()")
            applied = attrs.get(f"{_STYLE}apply-style-name", "")
            self._maps.setdefault(self._name, []).append((condition, applied))
        elif self._kind:
            self._pieces.append(self._part(tag, attrs))

    def text(self, data: str) -> None:
        """Text inside an element."""
        if self._text is not None:
            self._text.append(data)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in ("number:text", "number:currency-symbol") and self._text is not None:
            text, self._text = "".join(self._text)[:_MOST], None
            self._pieces.append(text if _BARE.fullmatch(text) else '"' + text.replace('"', "") + '"')
        elif tag == self._kind:
            self._codes[self._name] = "".join(self._pieces)
            self._kind = ""

    def code(self, style: str) -> str:
        """The format code of a cell style, "General" when it has none."""
        known = self._known.get(style)
        if known is None:
            known = self._known[style] = self._find(style)
        return known

    def _find(self, style: str) -> str:
        for _ in range(_MOST_PARENTS):
            data_style, parent = self._styles.get(style, ("", ""))
            if data_style:
                return self._whole(data_style) or "General"
            style = parent
        return "General"

    def _whole(self, name: str) -> str:
        maps = self._maps.get(name, [])
        own = self._codes.get(name, "")
        if tuple(condition for condition, _ in maps) in _SECTIONS:
            return ";".join([*(self._codes.get(applied, "") for _, applied in maps), own])
        return own

    def _part(self, tag: str, attrs: Attrs) -> str:
        if tag == "number:number":
            return _digits(attrs)
        if tag in _CLOCK:
            is_long = attrs.get(f"{_NUMBER}style") == "long"
            if tag == "number:month" and attrs.get(f"{_NUMBER}textual") == "true":
                return "mmmm" if is_long else "mmm"
            letters = _CLOCK[tag][is_long]
            if tag == "number:seconds" and (places := _count(attrs, "decimal-places")):
                letters += "." + "0" * places
            if self._overflow and not any(piece[:1] == "[" for piece in self._pieces):
                return f"[{letters}]"
            return letters
        if tag == "number:scientific-number":
            return f"0.{'0' * (_count(attrs, 'decimal-places') or 0)}E+00"
        if tag == "number:fraction":
            return "# ?/?"
        return {"number:am-pm": "AM/PM", "number:text-content": "@", "number:boolean": "General"}.get(tag, "")


def _digits(attrs: Attrs) -> str:
    places = _count(attrs, "decimal-places")
    whole = _count(attrs, "min-integer-digits")
    if places is None:
        # "as many decimals as there are"
        return "General" if whole in (None, 0, 1) else "0" * (whole or 0)
    least = _count(attrs, "min-decimal-places")
    least = places if least is None else min(least, places)
    code = "0" * (whole or 0) or "#"
    if attrs.get(f"{_NUMBER}grouping") == "true":
        code = "#," + code.rjust(3, "#")
    if places:
        code += "." + "0" * least + "#" * (places - least)
    factor = attrs.get(f"{_NUMBER}display-factor", "1")
    return code + "," * (factor.count("0") // 3 if re.fullmatch("1(000){1,4}", factor) else 0)


def _count(attrs: Attrs, name: str) -> int | None:
    text = attrs.get(_NUMBER + name, "")
    return min(int(text), _MOST) if text.isdecimal() and len(text) < 10 else None
