"""The code by which a workbook says whose it is."""

from __future__ import annotations

from batch.forms.spec.labels import label as normalise
from batch.forms.spec.labels import remembered, split_entries
from batch.model.book import TEXT, Book, Cell, Kind
from batch.roster.layout import code_labels

#: longer texts state no code
_LONGEST = 60


def stated_code(book: Book) -> str:
    """The unit's code as a workbook states it behind a label such as 单位编码; "" for none or several."""
    codes: set[str] = set()
    for sheet in book.sheets:
        telling = [
            (cell, said)
            for cell in sheet.cells.values()
            if cell.kind is TEXT and (said := _stated_in(cell.raw))
        ]
        for cell, (is_label, own) in telling:
            codes.update(own)
            if is_label:
                codes.add(_raw(sheet.cells.get((cell.row, cell.col + 1))))
    codes = {code for text in codes if (code := text.strip())}
    return next(iter(codes)) if len(codes) == 1 else ""


@remembered
def _stated_in(text: str) -> tuple[bool, tuple[str, ...]] | None:
    """Whether a text is a label of the code, and the codes it states itself; None when it is neither."""
    if len(text) > _LONGEST:
        return None
    wanted = code_labels()
    own = tuple(value for label, value in split_entries(text) if normalise(label) in wanted)
    is_label = normalise(text) in wanted
    return (is_label, own) if is_label or own else None


def _raw(cell: Cell | None) -> str:
    return cell.raw if cell is not None and cell.kind in (Kind.TEXT, Kind.NUMBER) else ""
