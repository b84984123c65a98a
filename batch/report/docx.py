"""Read a .docx into paragraphs and tables with python-docx, guarded.

The package and every part of it are checked first: sizes, ratios, depth, no DTD. python-docx then runs in a
child process that can be killed. Nothing in the file is executed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any, NamedTuple

from batch.model.book import MAX_COL, Unreadable
from batch.model.limits import Limits, damaged
from batch.workbook.package.child_process import run_bounded
from batch.workbook.package.package import Package
from batch.workbook.package.passwords import unlock_package
from batch.workbook.package.sniffing import is_encrypted
from batch.workbook.package.xml_walk import Handlers, walk

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
#: wrappers that change nothing about what is inside
_CLEAR = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}
#: what is not part of the text as it stands: deleted text, copies for old programs, boxes beside the text
_SKIPPED = {f"{_W}{name}" for name in ("del", "moveFrom", "txbxContent", "instrText", "pPr", "rPr")}
_SKIPPED |= {f"{_MC}Fallback"}
_SIGNS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_MISSING = (
    "是Word文档，本机没有安装读取它的组件，这次没有核对；"
    '请管理员运行 pip install "jixiao[report]" 后重新运行。'
)


class DocCell(NamedTuple):
    """One cell of a table row."""

    #: first column, 1-based, and how many it takes
    col: int
    span: int
    #: "restart" and "continue" of a cell merged downwards, "" otherwise
    merge: str
    text: str


class DocTable(NamedTuple):
    """One table as rows of cells."""

    rows: list[list[DocCell]]


Block = str | DocTable


def read_blocks(data: bytes, limits: Limits, passwords: Sequence[str]) -> list[Block]:
    """Paragraphs (as text) and tables of the body, in order. Raises Unreadable."""
    if find_spec("docx") is None:
        raise Unreadable("F031", _MISSING)
    if is_encrypted(data):
        data = unlock_package(data, passwords, limits)
    package = Package.open(data, limits)
    if not any(name.lower().startswith("word/") for name in package.names()):
        raise damaged("内容不是Word文档")
    for name in package.names():
        if name.lower().endswith((".xml", ".rels")):
            walk(package.chunks(name), name, package.budget, Handlers(_nothing))
    return run_bounded(parse_blocks, data, seconds=limits.max_seconds, memory=limits.max_memory)


def _nothing(_tag: str, _attrs: dict[str, str]) -> None:
    """Handler that does nothing: streaming the part is the check."""


def parse_blocks(data: bytes) -> list[Block]:
    """The part of `read_blocks` that runs in the child process."""
    from docx import Document

    return list(_blocks(Document(io.BytesIO(data)).element.body))


def _blocks(parent: Any) -> Iterator[Block]:
    for element in parent:
        if element.tag == f"{_W}p":
            yield _text(element)
        elif element.tag == f"{_W}tbl":
            yield DocTable([_row(row) for row in _inside(element, f"{_W}tr")])
        elif element.tag in _CLEAR:
            yield from _blocks(element)


def _inside(parent: Any, tag: str) -> Iterator[Any]:
    for element in parent:
        if element.tag == tag:
            yield element
        elif element.tag in _CLEAR:
            yield from _inside(element, tag)


def _row(row: Any) -> list[DocCell]:
    cells: list[DocCell] = []
    col = 1 + _number(row.find(f"{_W}trPr/{_W}gridBefore"), 0)
    for cell in _inside(row, f"{_W}tc"):
        span = max(1, _number(cell.find(f"{_W}tcPr/{_W}gridSpan"), 1))
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        merge = "" if merged is None else merged.get(f"{_W}val", "continue")
        if col + span - 1 > MAX_COL:
            break
        cells.append(DocCell(col, span, merge, "\n".join(_text(p) for p in cell.iter(f"{_W}p"))))
        col += span
    return cells


def _number(element: Any, otherwise: int) -> int:
    text = "" if element is None else element.get(f"{_W}val", "")
    return int(text) if text.isdecimal() and len(text) < 6 else otherwise


def _text(paragraph: Any) -> str:
    return "".join(_pieces(paragraph))


def _pieces(parent: Any) -> Iterator[str]:
    for element in parent:
        if element.tag == f"{_W}t":
            yield element.text or ""
        elif element.tag in _SIGNS:
            yield _SIGNS[element.tag]
        elif element.tag not in _SKIPPED:
            yield from _pieces(element)
