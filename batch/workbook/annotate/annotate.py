"""Make the annotated copy: the unit's own bytes with marks on cells and two sheets added.

Only what a mark needs is spliced into the parts it needs; everything else is copied with its compressed
bytes. Marks of an earlier run are removed first, so running twice gives the same bytes as running once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from batch.model.book import Area, Unreadable, parse_ref
from batch.model.limits import DEFAULT, Limits
from batch.model.markup import ExtraSheet, Mark
from batch.model.status import Severity
from batch.workbook.annotate import (
    comments,
    note_shapes,
    stylesheet,
)
from batch.workbook.annotate.added_sheets import Tab, Workbook
from batch.workbook.annotate.highlight import with_highlights, without_highlights
from batch.workbook.annotate.own_sheets import SharedStrings, own_title, title_in
from batch.workbook.annotate.package_edit import PackageEdit, relation_attribute, relation_id
from batch.workbook.annotate.sheet_spans import ORDER, SheetSpans
from batch.workbook.annotate.sheet_xml import worksheet
from batch.workbook.package.package import Package, Rel
from batch.workbook.package.splice import CannotPatch, place_for, prefixed, spliced
from batch.workbook.package.zip_writer import write_package

__all__ = ["CannotPatch", "annotate"]

_TYPE = "application/vnd.openxmlformats-officedocument."
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
    package = Package.open(data, limits)
    try:
        return _annotated(data, PackageEdit(package), marks, sheets)
    except Unreadable as error:
        # a part that reading the cells never touched
        raise CannotPatch(error.reason) from error


def _annotated(data: bytes, draft: PackageEdit, marks: Sequence[Mark], sheets: Sequence[ExtraSheet]) -> bytes:
    book = Workbook(draft)
    work = [_SheetWork(draft, tab) for tab in book.tabs() if tab.part]
    notes = [rel.target for sheet in work if (rel := draft.related(sheet.tab.part, "comments"))]
    if len(set(notes)) < len(notes):
        raise CannotPatch("几张表页共用同一份批注")
    strings = draft.related(book.part, "sharedStrings")
    shared = SharedStrings(draft.read(strings.target) if strings else b"<sst/>")
    for sheet in work:
        sheet.title = title_in(sheet.places, shared)
        if sheet.title is None:
            sheet.strip()
    theirs = [sheet for sheet in work if sheet.title is None]
    marked: dict[str, list[Mark]] = {sheet.tab.name: [] for sheet in theirs}
    for mark in marks:
        if mark.sheet in marked:
            marked[mark.sheet].append(mark)
    if sheets or any(marked.values()):
        styles_part = _styles_part(book)
        styles = stylesheet.Stylesheet(draft.read(styles_part))
        _put_sheets(book, work, sheets, styles)
        wanted = [severity.value for severity in Severity] if marks else []
        wanted += [stylesheet.FILLED] if any(mark.filled for mark in marks) else []
        dxfs = {word: styles.highlight(word) for word in wanted}
        draft.write(styles_part, styles.xml)
        blocks = _blocks_taken(draft) if marks else set()
        for sheet in theirs:
            if marked[sheet.tab.name]:
                sheet.mark(book, marked[sheet.tab.name], dxfs, blocks)
    for sheet in theirs:
        draft.write(sheet.tab.part, sheet.places.xml)
    draft.no_template()
    return _finished(data, draft)


class _SheetWork:
    """One worksheet of the unit whose marks are being replaced."""

    def __init__(self, draft: PackageEdit, tab: Tab) -> None:
        self.draft = draft
        self.tab = tab
        self.places = SheetSpans.of(draft.read(tab.part))
        self.title: str | None = None

    def drawing(self) -> Rel | None:
        """The relationship to the VML drawing that holds the note shapes."""
        nodes = self.places.named(b"legacyDrawing")
        if not nodes:
            return None
        wanted = relation_id(nodes[0].tag)
        rel = next((rel for rel in self.draft.relations(self.tab.part) if rel.id == wanted), None)
        if rel is None or not self.draft.leads_somewhere(rel):
            raise CannotPatch(f"工作表“{self.tab.name}”的批注图形部件缺失")
        return rel

    def strip(self) -> None:
        """Remove what an earlier run added."""
        self.places = self.places.with_xml(without_highlights(self.places))
        notes = self.draft.related(self.tab.part, "comments")
        if notes is None:
            return
        found = comments.without_notes(self.draft.read(notes.target))
        if not found.removed and not found.shortened:
            return
        drawing = self.drawing()
        if drawing:
            vml = note_shapes.without_boxes(self.draft.read(drawing.target), found.removed, found.shortened)
            self.draft.write(drawing.target, vml)
        if not found.empty:
            self.draft.write(notes.target, found.xml)
            return
        self.draft.drop(notes.target)
        self.draft.unrelate(self.tab.part, notes.id)
        if drawing and not note_shapes.has_shapes(vml):
            self.draft.drop(drawing.target)
            self.draft.unrelate(self.tab.part, drawing.id)
            self.draft.undeclare_extension("vml")
            edits = [(node.start, node.end, b"") for node in self.places.named(b"legacyDrawing")]
            self.places = self.places.with_xml(spliced(self.places.xml, edits))

    def mark(self, book: Workbook, marks: Sequence[Mark], dxfs: dict[str, int], blocks: set[int]) -> None:
        """Add colours and notes. `blocks`: see `note_shapes.with_boxes`."""
        placed = [(parse_ref(mark.ref), mark) for mark in marks]
        merges = self.places.merges_over(cell for cell, _ in placed)
        words: dict[tuple[int, int], str] = {}
        texts: dict[tuple[int, int], list[str]] = {}
        areas: dict[tuple[int, int], Area] = {}
        order = [stylesheet.FILLED, *(severity.value for severity in Severity)]
        for cell, mark in placed:
            area = merges.get(cell, Area(*cell, *cell))
            anchor = (area.top, area.left)
            areas[anchor] = area
            if mark.coloured:
                word = stylesheet.FILLED if mark.filled else mark.severity.value
                words[anchor] = min(words.get(anchor, word), word, key=order.index)
            texts.setdefault(anchor, []).extend([mark.text.strip()] if mark.text.strip() else [])
        cells = sorted(areas)
        coloured = {word: [areas[cell] for cell in cells if words.get(cell) == word] for word in order}
        self.places = self.places.with_xml(with_highlights(self.places, coloured, dxfs))
        notes = {cell: comments.shortened("\n".join(texts[cell])) for cell in cells if texts[cell]}
        self._add_notes(book, notes, areas, blocks)

    def _add_notes(
        self,
        book: Workbook,
        texts: dict[tuple[int, int], str],
        areas: dict[tuple[int, int], Area],
        blocks: set[int],
    ) -> None:
        draft = self.draft
        notes = draft.related(self.tab.part, "comments")
        xml = draft.read(notes.target) if notes else comments.empty_comments(book.namespace)
        added = comments.with_notes(xml, texts)
        if not added.new and not added.joined:
            return
        if notes is None:
            notes = self._new_part(book, "comments{}.xml", "comments")
            draft.declare(notes.target, f"{_TYPE}spreadsheetml.comments+xml")
        draft.write(notes.target, added.xml)
        drawing = self.drawing()
        if drawing is None and not added.new:
            return
        vml = draft.read(drawing.target) if drawing else note_shapes.empty_drawing()
        vml = note_shapes.with_boxes(vml, added.new, added.joined, areas, self.places.sizes(), blocks)
        if drawing is None:
            drawing = self._draw(book)
        draft.write(drawing.target, vml)

    def _draw(self, book: Workbook) -> Rel:
        rel = self._new_part(book, "drawings/vmlDrawing{}.vml", "vmlDrawing")
        self.draft.declare_extension("vml", f"{_TYPE}vmlDrawing")
        root = self.places.root
        new = prefixed(f"<legacyDrawing {relation_attribute(root, rel.id)}/>", root.prefix)
        place = place_for(self.places.tail, ORDER, b"legacyDrawing", self.places.data_end)
        self.places = self.places.with_xml(spliced(self.places.xml, [(place, place, new)]))
        return rel

    def _new_part(self, book: Workbook, pattern: str, kind: str) -> Rel:
        part = self.draft.free_name(book.beside(pattern))
        self.draft.write(part, b"")
        return self.draft.relate(self.tab.part, book.relation_types, kind, part)


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
        rel = book.add_part(book.beside("styles.xml"), "styles", f"{_TYPE}spreadsheetml.styles+xml")
        book.draft.write(rel.target, stylesheet.BARE.format(namespace=book.namespace).encode())
    return rel.target


def _put_sheets(
    book: Workbook, work: Sequence[_SheetWork], sheets: Sequence[ExtraSheet], styles: stylesheet.Stylesheet
) -> None:
    """Replace our sheets where they are, users' copies of them included; append missing ones."""
    targets: list[tuple[Tab, ExtraSheet]] = []
    names: dict[str, str] = {}
    for sheet in sheets:
        title = own_title(sheet.title)
        if title is None:
            raise ValueError(f"title of an added sheet does not begin with a fixed one: {sheet.title!r}")
        tabs = [known.tab for known in work if known.title == title] or [book.add_tab(sheet.name)]
        names[sheet.name] = tabs[0].name
        targets += [(tab, sheet) for tab in tabs]
    for tab, sheet in targets:
        _cut_loose(book.draft, tab.part)
        book.draft.write(tab.part, worksheet(sheet, book.namespace, styles, names))
    book.forget_names({tab.position for tab, _ in targets})
    book.state_names(targets)


def _cut_loose(draft: PackageEdit, part: str) -> None:
    """Delete what only an earlier version of our sheet referred to, such as printer settings Excel added."""
    if not draft.relations(part):
        return
    before = draft.reachable()
    draft.drop_relations(part)
    for orphan in sorted(before - draft.reachable()):
        draft.drop(orphan)


def _finished(data: bytes, draft: PackageEdit) -> bytes:
    """The package with the changes; the very bytes that came in when nothing changed."""
    changed, removed = draft.result()
    if not changed and not removed:
        return data
    # a signature over bytes that have changed is worse than none: programs would call the file forged
    leads = [rel for rel in draft.relations("") if rel.target.casefold().startswith(_SIGNATURES)]
    signatures = [name for name in draft.names() if name.casefold().startswith(_SIGNATURES)]
    for rel in leads:
        draft.unrelate("", rel.id)
    for name in signatures:
        draft.drop(name)
    if leads or signatures:
        changed, removed = draft.result()
    return write_package(draft.package, changed, removed)
