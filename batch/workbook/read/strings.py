"""The shared strings of a workbook: rich text joined, phonetic runs left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from batch.workbook.package.plain_xml import PLAIN_SIZE, plain_content
from batch.workbook.package.splice import unescape
from batch.workbook.package.xml_walk import Handlers, walk
from batch.workbook.read.cells import unescaped, without_pictures

if TYPE_CHECKING:
    from batch.model.limits import Budget
    from batch.workbook.package.package import Package
    from batch.workbook.package.xml_walk import Attrs


#: an item of one text, which nearly all are, or any other; or what is none
_ITEM = re.compile(
    r"""\s*+<si>(?:<t(?: xml:space="preserve")?>([^<]*+)</t></si>|(.*?)</si>)|\s*+(\S.*+)""", re.DOTALL
)


def read_strings(package: Package, part: str) -> dict[str, str]:
    """The texts of a shared strings part by their index in digits ("0", "1", …), as cells refer to them.

    Raises Unreadable when the part is missing, broken or too large.
    """
    found = None
    if package.member(part).size <= PLAIN_SIZE:
        found = scan_strings(package.read(part), package.budget)
    if found is None:
        found = _walk_strings(package, part)
    if any("DISPIMG(" in text for text in found):
        found = [without_pictures(text) for text in found]
    return dict(zip(map(str, range(len(found))), found, strict=True))


def scan_strings(data: bytes, budget: Budget) -> list[str] | None:
    """The texts of a part in the usual layout; None for any other."""
    content = plain_content(data, "sst")
    if content is None or content.count("<si") != content.count("</si>"):
        return None
    found = []
    for text, item, unexpected in _ITEM.findall(content.rstrip()):
        joined = _item_text(item) if item else text
        if unexpected or joined is None:
            return None
        found.append(joined)
    if "&" in content:
        found = [unescape(text) for text in found]
    if "_x" in content:
        found = [unescaped(text) for text in found]
    budget.spend_tags(data.count(b"<"))
    budget.spend_cells(len(found))
    budget.check_text(max(map(len, found), default=0))
    return found


def _item_text(item: str) -> str | None:
    """The text of one string item: whatever precedes each "</t>"."""
    if "<rPh" in item:
        item, *readings = item.split("<rPh")
        for reading in readings:
            _, closed, after = reading.partition("</rPh>")
            if not closed:
                return None
            item += after
    pieces = item.split("</t>")
    pieces.pop()
    text = ""
    for piece in pieces:
        # text holds no "<", so the last one opens the element that ends here
        tag = piece.rfind("<")
        if not piece.startswith(("<t>", "<t "), tag):
            return None
        text += piece[piece.find(">", tag) + 1 :]
    return text


def _walk_strings(package: Package, part: str) -> list[str]:
    budget = package.budget
    found: list[str] = []
    pieces: list[str] = []
    inside = reading = False
    length = 0

    def start(tag: str, _: Attrs) -> None:
        nonlocal inside, reading, length
        if tag == "si":
            pieces.clear()
            length = 0
            budget.spend_cells(1)
        elif tag == "rPh":
            reading = True
        elif tag == "t":
            inside = not reading

    def end(tag: str) -> None:
        nonlocal inside, reading
        if tag == "si":
            found.append(unescaped("".join(pieces)))
        elif tag == "rPh":
            reading = False
        elif tag == "t":
            inside = False

    def text(data: str) -> None:
        nonlocal length
        if inside:
            length += len(data)
            budget.check_text(length)
            pieces.append(data)

    walk(package.chunks(part), part, budget, Handlers(start, end, text))
    return found
