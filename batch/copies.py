"""What goes back to a unit: the annotated copy of each of its files, and a notice when it comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from batch.model.book import Book, Unreadable
from batch.model.markup import ExtraSheet, Mark
from batch.model.review import Review
from batch.outputs.explanations import explanation_sheet
from batch.outputs.heading import Heading
from batch.outputs.marked import marks_of, results_sheet
from batch.outputs.notice import notice, notice_path
from batch.outputs.places import copy_paths
from batch.outputs.rebuilt import rebuilt, tabs
from batch.workbook.fallback import fallback_copy
from batch.workbook.limits import Limits
from batch.workbook.passwords import unlock_package
from batch.workbook.patch import CannotPatch, annotate
from batch.workbook.sniffing import is_encrypted

_SIGNED = "原文件有数字签名；批注改动了文件，签名在本文件中不再有效，请以原文件的签名为准。"
_CONVERTED = "原文件不是.xlsx格式，本批注文件由系统按读取的内容重新制作，版面可能略有不同。"
_REMADE = "原文件结构特殊，本批注文件由系统按读取的内容重新制作，请以原文件为准。"


@dataclass(frozen=True, slots=True)
class Original:
    """One file as it was sent, and as it was read."""

    data: bytes
    book: Book


def copies_of(
    review: Review,
    originals: Mapping[str, Original],
    heading: Heading,
    limits: Limits,
    passwords: tuple[str, ...],
) -> list[tuple[str, bytes]]:
    """All that goes back to a unit: (path in the outbox, bytes). `originals` by the files of the review."""
    copies = [
        (path, _copy(originals[file], review, file, heading, limits, passwords))
        for file, path in copy_paths(review.unit, review.files).items()
    ]
    page = notice(review, heading)
    return [*copies, (notice_path(review.unit), page)] if page else copies


def _copy(
    original: Original,
    review: Review,
    file: str,
    heading: Heading,
    limits: Limits,
    passwords: tuple[str, ...],
) -> bytes:
    """The annotated copy: the package patched, or written anew where there is none to patch."""
    data, book = original.data, original.book
    marks = marks_of(review.findings, file)
    told = _CONVERTED
    if book.container in ("xlsx", "xlsm"):
        sheets = _sheets(review, heading, file, _SIGNED if book.signed else "")
        package = unlock_package(data, passwords, limits) if is_encrypted(data) else data
        try:
            return annotate(package, marks, sheets, limits)
        except CannotPatch:
            try:
                return fallback_copy(package, marks, sheets, limits)
            except (CannotPatch, Unreadable):
                told = _REMADE
    return _remade(book, marks, review, heading, file, told)


def _remade(book: Book, marks: list[Mark], review: Review, heading: Heading, file: str, told: str) -> bytes:
    names = tabs(book)
    renamed = [replace(mark, sheet=names[mark.sheet]) for mark in marks if mark.sheet in names]
    return annotate(rebuilt(book), renamed, _sheets(review, heading, file, told, names))


def _sheets(
    review: Review, heading: Heading, file: str, told: str, names: Mapping[str, str] | None = None
) -> list[ExtraSheet]:
    return [
        results_sheet(review, heading, file, told, names),
        explanation_sheet(review, heading, file, names),
    ]
