"""Read a written report: .docx with python-docx in a child process, .txt in the usual encodings.

A .docx may also hold the forms themselves as tables; these come as a `Book`, for the same reader as any.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from batch.model.book import Book, Unreadable
from batch.model.filenames import ending_of
from batch.model.limits import DEFAULT, Limits, too_big
from batch.model.narrative import REPORTS, Narrative
from batch.report.docx import DocTable, read_blocks
from batch.report.sheets import sheets_of
from batch.report.txt import paragraphs_of
from batch.workbook.legacy.csv import decode_text, printable

#: a report has some 20,000 characters; a book is none
MAX_CHARACTERS = 100_000


@dataclass(frozen=True, slots=True)
class Opened:
    """A report file as read."""

    narrative: Narrative
    #: its tables as the sheets of a workbook
    book: Book


def is_report_name(name: str) -> bool:
    """Whether a file is, by its ending, one that `read_report` reads."""
    return ending_of(name.rpartition("/")[2]) in REPORTS


def read_report(data: bytes, file: str, limits: Limits = DEFAULT, passwords: Sequence[str] = ()) -> Opened:
    """Read the bytes of a .docx or .txt; `file` is the path relative to the inbox.

    Raises Unreadable: F001 damaged or beyond the limits, F002 with an open password, F031 for a .docx
    when python-docx is not installed.
    """
    try:
        if len(data) > limits.max_file:
            raise too_big(f"文件超过{limits.max_file // (1024 * 1024)}兆字节")
        if ending_of(file.rpartition("/")[2]) == ".txt":
            narrative = _narrative(file, paragraphs_of(decode_text(data)))
            return Opened(narrative, Book(narrative.name, "txt", hashlib.sha256(data).hexdigest(), []))
        blocks = read_blocks(data, limits, passwords)
    except Unreadable as error:
        raise Unreadable(error.check, _for_word(error.reason)) from None
    tables = tuple(
        tuple(tuple(cell.text for cell in row) for row in block.rows)
        for block in blocks
        if isinstance(block, DocTable)
    )
    paragraphs = tuple(printable(block) for block in blocks if isinstance(block, str) and block.strip())
    narrative = _narrative(file, paragraphs, tables)
    sheets = sheets_of(blocks, limits)
    return Opened(narrative, Book(narrative.name, "docx", hashlib.sha256(data).hexdigest(), sheets))


def _narrative(
    file: str, paragraphs: tuple[str, ...], tables: tuple[tuple[tuple[str, ...], ...], ...] = ()
) -> Narrative:
    if sum(map(len, paragraphs)) > MAX_CHARACTERS:
        raise Unreadable("F001", f"文字超过{MAX_CHARACTERS}字，系统未读取，请只报送自评报告。")
    return Narrative(file, paragraphs, tables)


def _for_word(reason: str) -> str:
    """A refusal of the workbook reader, worded for a report."""
    return (
        reason.replace("Excel或WPS", "Word或WPS").replace("xlsx工作簿", "docx文档").replace(".xlsx", ".docx")
    )
