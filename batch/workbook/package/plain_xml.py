"""Recognise the plain XML that spreadsheet programs write, which regular expressions can parse safely."""

from __future__ import annotations

import re
from typing import Final

#: parts up to this size are read whole, which is quick; larger ones are streamed, which saves memory
PLAIN_SIZE: Final = 16 * 1024 * 1024

_MAIN = re.compile(
    r"""\sxmlns="http://(?:schemas\.openxmlformats\.org/spreadsheetml/2006/main"""
    r"""|purl\.oclc\.org/ooxml/spreadsheetml/main)\""""
)
_PROLOG = re.compile(
    r"""(?:<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")? ?\?>)?\s*"""
    r"""<([A-Za-z]++)((?:\s++[A-Za-z0-9:_.]++="[^"<>]*+")++)\s*+>"""
)
#: The references spreadsheet programs write, all of them legal; `splice.unescape` resolves them.
#: openpyxl without lxml writes every Chinese character as one: 32 to 54999 and 58000 to 65529.
_REFERENCES = re.compile(
    r"""&(?:amp|lt|gt|quot|apos|\#x[9AaDd]
    |\#(?:9|1[03]|3[2-9]|[4-9][0-9]|[1-9][0-9]{2,3}|[1-4][0-9]{4}|5[0-4][0-9]{3}
        |5[89][0-9]{3}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]));""",
    re.VERBOSE,
)


def plain_content(data: bytes, root: str) -> str | None:
    """The content of the root element; None when the XML is not plain and needs a real parser.

    Plain means: UTF-8, the main namespace unprefixed, no comments, CDATA, instructions or DTD, no unusual
    references. Line ends are normalised as XML demands (XML 1.0, 2.11).
    """
    # bytes are searched several times faster than text in Chinese
    return None if b"<!" in data or data.find(b"<?", 4) >= 0 else tagged_content(data, root)


def tagged_content(data: bytes, root: str) -> str | None:
    """The same for a caller that accounts for every tag, so that comments and the like cannot pass."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    prolog = _PROLOG.match(text)
    text = text.rstrip()
    tail = f"</{root}>"
    if prolog is None or prolog[1] != root or not _MAIN.search(prolog[2]) or not text.endswith(tail):
        return None
    content = text[prolog.end() : -len(tail)]
    if b"&" in data and content.count("&") != len(_REFERENCES.findall(content)):
        return None
    if data.find(b"\r", prolog.end()) >= 0:
        content = content.replace("\r\n", "\n").replace("\r", "\n")
    return content
