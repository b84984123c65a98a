"""Make the annotated copy: the unit's own bytes with marks on cells and two sheets added.

Only what a mark needs is spliced into the parts it needs; everything else is copied with its compressed
bytes. Marks of an earlier run are removed first, so running twice gives the same bytes as running once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress

from batch.model.book import Book, Unreadable
from batch.model.limits import DEFAULT, Limits
from batch.model.markup import ExtraSheet, Mark
from batch.workbook.annotate import note_shapes
from batch.workbook.annotate.added_sheets import Tab, Workbook
from batch.workbook.annotate.edit_cells import Place, Typed, changes_of, forget_order
from batch.workbook.annotate.marked_sheet import MarkedSheet
from batch.workbook.annotate.own_sheets import SharedStrings, own_title, title_in
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.annotate.sheet_xml import worksheet
from batch.workbook.annotate.stylesheet import BARE, Looks, with_looks
from batch.workbook.package.package import Package
from batch.workbook.package.splice import CannotPatch
from batch.workbook.read.xlsx import read_workbook

__all__ = ["Annotation", "CannotPatch", "annotate"]

_STYLES = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_SIGNATURES = "_xmlsignatures/"


def annotate(
    data: bytes, marks: Sequence[Mark], sheets: Sequence[ExtraSheet], limits: Limits = DEFAULT
) -> bytes:
    """A copy of an .xlsx or .xlsm with marks on cells and with sheets behind its own.

    Marks and sheets of an earlier run are replaced, not added to. Several marks on one cell, or
    on one merged area, become one of the gravest severity. A mark on a sheet the workbook does
    not have is left out. Every sheet's title must begin with one of the titles in `own_sheets`.

    Raises CannotPatch when the package is too odd to be patched safely, Unreadable when it is
    no package at all, ValueError for a sheet without such a title.
    """
    return Annotation(data, limits).marked(marks, sheets)


class Annotation:
    """A workbook that is annotated: opened and freed of an earlier run's marks once for all its copies.

    A second copy shares with the first what is the same in both. Raises what `annotate` raises.
    """

    def __init__(self, data: bytes, limits: Limits = DEFAULT) -> None:
        self._data, self._limits = data, limits
        self._draft = PackageEdit(Package.open(data, limits))
        self._theirs: list[MarkedSheet] = []
        #: our sheets by their titles, those of an earlier run and users' copies of them included
        self._own: dict[str, list[Tab]] = {}
        self._looks: Looks | None = None
        #: what our sheets were written from
        self._added: dict[Tab, ExtraSheet] = {}
        #: the blocks of shape ids that are taken, once somebody asked
        self._blocks: set[int] | None = None
        with _patchable():
            self._open()

    def _open(self) -> None:
        draft = self._draft
        self._book = book = Workbook(draft)
        work = [MarkedSheet(draft, tab) for tab in book.tabs() if tab.part]
        notes = [rel.target for sheet in work if (rel := draft.related(sheet.tab.part, "comments"))]
        if len(set(notes)) < len(notes):
            raise CannotPatch("几张表页共用同一份批注")
        strings = draft.related(book.part, "sharedStrings")
        shared = SharedStrings(draft.read(strings.target) if strings else b"<sst/>")
        for sheet in work:
            title = title_in(sheet.bare, shared)
            if title is None:
                sheet.strip()
                self._theirs.append(sheet)
            else:
                self._own.setdefault(title, []).append(sheet.tab)
        draft.no_template()

    def marked(self, marks: Sequence[Mark], sheets: Sequence[ExtraSheet]) -> bytes:
        """A copy with these marks and sheets."""
        with _patchable():
            self._mark(marks, sheets)
            return self._written()

    def filled(
        self,
        typed: Mapping[Place, Typed],
        marks: Sequence[Mark],
        sheets: Sequence[ExtraSheet],
        read: Book | None = None,
    ) -> bytes:
        """The copy after somebody typed into some of its cells, which have further marks, and with other
        sheets of the same titles.

        `read`: the workbook as it was read, where somebody has it.
        """
        book = read or read_workbook(self._data, "", self._limits)
        with _patchable():
            changes = changes_of(book, typed)
            for sheet in self._theirs:
                if cells := changes.get(sheet.tab.name):
                    sheet.type_in(cells)
            forget_order(self._draft, self._book, book, typed)
            self._mark(marks, sheets)
            return self._written()

    def _mark(self, marks: Sequence[Mark], sheets: Sequence[ExtraSheet]) -> None:
        marked: dict[str, list[Mark]] = {sheet.tab.name: [] for sheet in self._theirs}
        for mark in marks:
            if mark.sheet in marked:
                marked[mark.sheet].append(mark)
        if not sheets and not any(marked.values()):
            return
        part = _styles_part(self._book)
        looks = self._looks = self._looks or with_looks(self._draft.read(part))
        self._draft.write(part, looks.xml)
        self._put_sheets(sheets, looks)
        if marks and self._blocks is None:
            self._blocks = _blocks_taken(self._draft)
        for sheet in self._theirs:
            own = marked[sheet.tab.name]
            if self._blocks is not None and own != sheet.marks:
                sheet.mark(self._book, own, looks.highlights, self._blocks)

    def _put_sheets(self, sheets: Sequence[ExtraSheet], looks: Looks) -> None:
        """Replace our sheets where they are, users' copies of them included; append missing ones."""
        titled = [(_title(sheet), sheet) for sheet in sheets]
        missing = {title: sheet.name for title, sheet in titled if title not in self._own}
        if missing:
            added = self._book.add_tabs([*missing.values()])
            self._own.update({title: [tab] for title, tab in zip(missing, added, strict=True)})
        targets = [(tab, sheet) for title, sheet in titled for tab in self._own[title]]
        names = {sheet.name: self._own[title][0].name for title, sheet in titled}
        changed = [(tab, sheet) for tab, sheet in targets if self._added.get(tab) is not sheet]
        for tab, sheet in changed:
            _cut_loose(self._draft, tab.part)
            self._draft.write(tab.part, worksheet(sheet, self._book.namespace, looks, names))
        self._book.state_names(changed)
        self._added.update(changed)

    def _written(self) -> bytes:
        """The package with the changes; the very bytes that came in when nothing changed."""
        draft = self._draft
        changed, removed = draft.result()
        if not changed and not removed:
            return self._data
        # a signature over bytes that have changed is worse than none: programs would call the file forged
        for rel in [rel for rel in draft.relations("") if rel.target.casefold().startswith(_SIGNATURES)]:
            draft.unrelate("", rel.id)
        for name in [name for name in draft.names() if name.casefold().startswith(_SIGNATURES)]:
            draft.drop(name)
        return draft.written()


@contextmanager
def _patchable() -> Iterator[None]:
    """What cannot be read now is a part that reading the cells never touched: no workbook to be patched."""
    try:
        yield
    except Unreadable as error:
        raise CannotPatch(error.reason) from error


def _blocks_taken(draft: PackageEdit) -> set[int]:
    """The blocks of shape ids that the workbook's drawings use; a block belongs to one drawing."""
    taken: set[int] = set()
    for name in draft.names():
        if name.lower().endswith(".vml"):
            # one that cannot be read is one that nobody reads: the sheet it belongs to says so
            with suppress(Unreadable):
                taken |= note_shapes.blocks_in(draft.read(name))
    return taken


def _styles_part(book: Workbook) -> str:
    rel = book.draft.related(book.part, "styles")
    if rel is None:
        # openpyxl looks for the styles under this name and no other
        rel = book.add_part(book.beside("styles.xml"), "styles", _STYLES)
        book.draft.write(rel.target, BARE.format(namespace=book.namespace).encode())
    return rel.target


def _title(sheet: ExtraSheet) -> str:
    title = own_title(sheet.title)
    if title is None:
        raise ValueError(f"title of an added sheet does not begin with a fixed one: {sheet.title!r}")
    return title


def _cut_loose(draft: PackageEdit, part: str) -> None:
    """Delete what only an earlier version of our sheet referred to, such as printer settings Excel added."""
    if not draft.relations(part):
        return
    before = draft.reachable()
    draft.drop_relations(part)
    for orphan in sorted(before - draft.reachable()):
        draft.drop(orphan)
