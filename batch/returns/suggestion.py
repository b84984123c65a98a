"""建议稿: the marked copy with the certain corrections filled in, green, the old value in the note."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from batch.model.book import Book, Cell, parse_ref
from batch.model.cause import Correction
from batch.model.markup import Mark
from batch.model.review import Review
from batch.model.status import Severity
from batch.workbook.annotate.edit_cells import Place, Typed

#: stands under the title of 审核结果
TOLD = (
    "本文件是建议稿：绿色的{n}格已按审核建议填好，原来填的写在批注里，其余与批注件相同。"
    "核对无误的，把本文件放回报送文件夹即可；不同意的，改回原数。"
)
_NUMBER = re.compile(r"-?[0-9][0-9,]*(?:\.[0-9]+)?")
_TEXT_FORMAT = "@"


def corrections_of(review: Review, file: str) -> dict[Place, Correction]:
    """The certain corrections of one file of a unit, by sheet and cell."""
    found: dict[Place, Correction] = {}
    for cause in review.causes:
        for change in cause.changes:
            if change.file == file:
                found.setdefault((change.sheet, change.cell), change)
    return found


def typed_of(corrections: Iterable[Correction], book: Book) -> dict[Place, Typed]:
    """What is typed into which cell of a workbook."""
    cells = {sheet.name: sheet.cells for sheet in book.sheets}
    return {
        (one.sheet, one.cell): _content(one.to, cells[one.sheet].get(parse_ref(one.cell)))
        for one in corrections
    }


def _content(text: str, cell: Cell | None) -> Typed:
    """A number as a number where the cell's format shows it as this text, else the text."""
    form = cell.format if cell else "General"
    rate = text.endswith("%")
    if form == _TEXT_FORMAT or rate != ("%" in form) or not _NUMBER.fullmatch(text.removesuffix("%")):
        return text
    number = Decimal(text.removesuffix("%").replace(",", ""))
    return number / 100 if rate else number


def filled_marks(marks: Sequence[Mark], corrections: Iterable[Correction]) -> list[Mark]:
    """The marks of a 建议稿: those of the copy, and on each filled cell first what was there."""
    by_place = {(mark.sheet, mark.ref): mark for mark in marks}
    for one in corrections:
        place = (one.sheet, one.cell)
        told = f"【已按建议填入】原填：{one.was or '（空）'}，改为：{one.told}。请核对。"
        mark = by_place.get(place) or Mark(*place, Severity.HINT, "")
        text = f"{told}\n\n{mark.text}" if mark.text else told
        by_place[place] = replace(mark, text=text, coloured=True, filled=True)
    return list(by_place.values())
