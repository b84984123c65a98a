"""One worksheet of a unit: freed of an earlier run's marks, and marked anew for each copy that differs."""

from __future__ import annotations

from collections.abc import Mapping

from batch.model.book import Area, Cell, parse_ref
from batch.model.markup import Mark
from batch.model.status import Severity
from batch.workbook.annotate import comments, note_shapes, stylesheet
from batch.workbook.annotate.added_sheets import Tab, Workbook
from batch.workbook.annotate.edit_cells import with_cells
from batch.workbook.annotate.highlight import highlight_edits, without_highlights
from batch.workbook.annotate.package_edit import PackageEdit, relation_attribute, relation_id
from batch.workbook.annotate.sheet_spans import ORDER, SheetSpans
from batch.workbook.package.package import Rel
from batch.workbook.package.splice import CannotPatch, Edit, place_for, prefixed, spliced

_TYPE = "application/vnd.openxmlformats-officedocument."
_ORDER = [stylesheet.FILLED, *(severity.value for severity in Severity)]


class MarkedSheet:
    """A worksheet that may be marked."""

    def __init__(self, draft: PackageEdit, tab: Tab) -> None:
        self.draft = draft
        self.tab = tab
        #: the sheet without marks of ours
        self.bare = SheetSpans.of(draft.read(tab.part))
        #: what it is marked with
        self.marks: list[Mark] = []
        #: its comments and its drawing without ours, and where its boxes stand, once it was marked
        self._notes: comments.Comments | None = None
        self._boxes: bytes | None = None
        self._anchors: note_shapes.Anchors | None = None
        self._drawing: Rel | None = None
        #: the blocks of shape ids that its boxes have
        self._blocks: set[int] = set()

    def _drawn(self) -> Rel | None:
        """The relationship to the VML drawing that holds the note shapes."""
        nodes = self.bare.named(b"legacyDrawing")
        if not nodes:
            return None
        wanted = relation_id(nodes[0].tag)
        rel = next((rel for rel in self.draft.relations(self.tab.part) if rel.id == wanted), None)
        if rel is None or not self.draft.leads_somewhere(rel):
            raise CannotPatch(f"工作表“{self.tab.name}”的批注图形部件缺失")
        return rel

    def strip(self) -> None:
        """Remove what an earlier run added."""
        self.bare = self.bare.with_xml(without_highlights(self.bare))
        self._strip_notes()
        self.draft.write(self.tab.part, self.bare.xml)

    def _strip_notes(self) -> None:
        notes = self.draft.related(self.tab.part, "comments")
        if notes is None:
            return
        found = comments.without_notes(self.draft.read(notes.target))
        if not found.removed and not found.shortened:
            return
        drawing = self._drawn()
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
            edits = [(node.start, node.end, b"") for node in self.bare.named(b"legacyDrawing")]
            self.bare = self.bare.with_xml(spliced(self.bare.xml, edits))

    def type_in(self, cells: Mapping[str, Cell | None]) -> None:
        """Change cells of the sheet, by address; its marks are gone until it is marked again."""
        self.bare = SheetSpans.of(with_cells(self.bare.xml, self.tab.name, cells))
        self.draft.write(self.tab.part, self.bare.xml)
        self.marks = []

    def mark(self, book: Workbook, marks: list[Mark], dxfs: Mapping[str, int], blocks: set[int]) -> None:
        """Add colours and notes, in place of those that `mark` added before, which must be among these.

        `blocks`: see `note_shapes.with_boxes`.
        """
        self.marks = marks
        placed = [(parse_ref(mark.ref), mark) for mark in marks]
        merges = self.bare.merges_over(cell for cell, _ in placed)
        words: dict[tuple[int, int], str] = {}
        texts: dict[tuple[int, int], list[str]] = {}
        areas: dict[tuple[int, int], Area] = {}
        for cell, mark in placed:
            area = merges.get(cell) or Area(*cell, *cell)
            anchor = (area.top, area.left)
            areas[anchor] = area
            if mark.coloured:
                word = stylesheet.FILLED if mark.filled else mark.severity.value
                words[anchor] = min(words.get(anchor, word), word, key=_ORDER.index)
            held = texts.setdefault(anchor, [])
            if text := mark.text.strip():
                held.append(text)
        cells = sorted(areas)
        coloured: dict[str, list[Area]] = {}
        for cell in cells:
            if cell in words:
                coloured.setdefault(words[cell], []).append(areas[cell])
        edits = highlight_edits(self.bare, coloured, dxfs)
        notes = {cell: comments.shortened("\n".join(texts[cell])) for cell in cells if texts[cell]}
        edits += self._note(book, notes, areas, blocks)
        self.draft.write(self.tab.part, spliced(self.bare.xml, edits))

    def _note(
        self,
        book: Workbook,
        texts: Mapping[tuple[int, int], str],
        areas: Mapping[tuple[int, int], Area],
        blocks: set[int],
    ) -> list[Edit]:
        """Write the notes and their boxes; the edits of the sheet that they need."""
        draft = self.draft
        notes = draft.related(self.tab.part, "comments")
        if self._notes is None:
            held = comments.Comments.of(draft.read(notes.target)) if notes else None
            self._notes = held or comments.no_comments(book.namespace)
        added = comments.with_notes(self._notes, texts)
        if not added.new and not added.joined:
            return []
        if notes is None:
            notes = self._new_part(book, "comments{}.xml", "comments")
            draft.declare(notes.target, f"{_TYPE}spreadsheetml.comments+xml")
        draft.write(notes.target, added.xml)
        drawing = self._drawing or self._drawn()
        if drawing is None and not added.new:
            return []
        if self._boxes is None:
            self._boxes = draft.read(drawing.target) if drawing else note_shapes.empty_drawing()
        self._anchors = self._anchors or note_shapes.Anchors(self.bare.sizes())
        blocks -= self._blocks
        taken = set(blocks)
        vml = note_shapes.with_boxes(self._boxes, added.new, added.joined, areas, self._anchors, blocks)
        self._blocks = blocks - taken
        if drawing is None:
            drawing = self._drawing = self._new_part(book, "drawings/vmlDrawing{}.vml", "vmlDrawing")
            draft.declare_extension("vml", f"{_TYPE}vmlDrawing")
        draft.write(drawing.target, vml)
        return [self._led_to(self._drawing)] if self._drawing else []

    def _led_to(self, drawing: Rel) -> Edit:
        """The edit by which the sheet has a drawing for its notes."""
        root = self.bare.root
        new = prefixed(f"<legacyDrawing {relation_attribute(root, drawing.id)}/>", root.prefix)
        place = place_for(self.bare.tail, ORDER, b"legacyDrawing", self.bare.data_end)
        return place, place, new

    def _new_part(self, book: Workbook, pattern: str, kind: str) -> Rel:
        part = self.draft.free_name(book.beside(pattern))
        self.draft.write(part, b"")
        return self.draft.relate(self.tab.part, book.relation_types, kind, part)
