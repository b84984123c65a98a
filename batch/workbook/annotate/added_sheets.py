"""The list of sheets in workbook.xml: ours appended to the unit's, with their defined names for printing."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from batch.model.book import parse_area
from batch.model.markup import ExtraSheet
from batch.workbook.annotate.package_edit import (
    PackageEdit,
    relation_attribute,
    relation_id,
    relation_namespace,
)
from batch.workbook.annotate.sheet_xml import quoted_sheet_name
from batch.workbook.package.package import Rel
from batch.workbook.package.splice import (
    CannotPatch,
    Node,
    Root,
    attribute,
    children,
    escape,
    into,
    place_for,
    prefixed,
    root_of,
    spliced,
    with_attribute,
)

_ORDER = (
    b"fileVersion", b"fileSharing", b"workbookPr", b"workbookProtection", b"bookViews", b"sheets",
    b"functionGroups", b"externalReferences", b"definedNames", b"calcPr", b"oleSize",
    b"customWorkbookViews", b"pivotCaches", b"smartTagPr", b"smartTagTypes", b"webPublishing",
    b"fileRecoveryPr", b"webPublishObjects", b"extLst",
)  # fmt: skip
_OWN_NAMES = {"_xlnm.Print_Titles", "_xlnm._FilterDatabase", "_xlnm.Print_Area"}
_WORKSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MAX_NAME = 31


class Tab(NamedTuple):
    """One sheet as workbook.xml lists it."""

    #: place among all sheets from 0, by which names know it
    position: int
    name: str
    #: its worksheet part; "" for charts and other things that are no worksheet
    part: str


class Workbook:
    """The workbook.xml of a package being edited."""

    def __init__(self, draft: PackageEdit) -> None:
        main = draft.related("", "officeDocument")
        if main is None:
            raise CannotPatch("文件缺少工作簿主部件")
        self.draft = draft
        self.part = main.target
        root = root_of(draft.read(self.part), "workbook")
        #: the spreadsheet namespace of this file, transitional or strict
        self.namespace = root.namespace
        #: what relationship types begin with in this file
        self.relation_types = relation_namespace(root)
        self._seen: tuple[bytes, Root, list[Node]] | None = None

    def tabs(self) -> list[Tab]:
        """All sheets in the order of their tabs."""
        xml = self.draft.read(self.part)
        relations = {rel.id: rel for rel in self.draft.relations(self.part)}
        tabs = []
        for position, node in enumerate(self._elements(xml, b"sheets")):
            rel = relations.get(relation_id(node.tag) or "")
            found = rel is not None and rel.is_a("worksheet") and self.draft.leads_somewhere(rel)
            name = attribute(node.tag, "name") or ""
            tabs.append(Tab(position, name, rel.target if rel and found else ""))
        return tabs

    def beside(self, name: str) -> str:
        """The path of a part relative to workbook.xml: "styles.xml" → "xl/styles.xml"."""
        folder = self.part.rpartition("/")[0]
        return f"{folder}/{name}" if folder else name

    def add_part(self, name: str, kind: str, content_type: str) -> Rel:
        """Declare a new part and add the workbook's relationship to it; its content comes later."""
        self.draft.write(name, b"")
        self.draft.declare(name, content_type)
        return self.draft.relate(self.part, self.relation_types, kind, name)

    def add_tabs(self, wanted: Sequence[str]) -> list[Tab]:
        """Adds sheets as the last ones, under free names; their parts are still empty."""
        xml = self.draft.read(self.part)
        root, _ = self._top(xml)
        holder = self._element(xml, b"sheets")
        if holder is None:
            raise CannotPatch("工作簿没有工作表清单")
        tags = [node.tag for node in self._elements(xml, b"sheets")]
        taken = {(attribute(tag, "name") or "").casefold() for tag in tags}
        ids = [attribute(tag, "sheetId") or "" for tag in tags]
        last = max((int(i) for i in ids if re.fullmatch("[0-9]{1,9}", i)), default=0)
        added: list[Tab] = []
        new = b""
        for number, name in enumerate(wanted):
            free = _free_name(name, taken)
            taken.add(free.casefold())
            part = self.draft.free_name(self.beside("worksheets/sheet{}.xml"))
            rel = self.add_part(part, "worksheet", _WORKSHEET)
            link = relation_attribute(root, rel.id)
            tag = f'<sheet name="{escape(free)}" sheetId="{last + number + 1}" {link}/>'
            new += prefixed(tag, root.prefix)
            added.append(Tab(len(tags) + number, free, rel.target))
        self.draft.write(self.part, spliced(xml, [into(holder, new)]))
        return added

    def state_names(self, tabs: list[tuple[Tab, ExtraSheet]]) -> None:
        """Define the print titles and filters of our sheets, in place of those that were defined before."""
        xml = self.draft.read(self.part)
        root, nodes = self._top(xml)
        holder = self._element(xml, b"definedNames")
        listed = self._elements(xml, b"definedNames")
        positions = {str(tab.position) for tab, _ in tabs}
        gone = [
            node
            for node in listed
            if attribute(node.tag, "localSheetId") in positions and attribute(node.tag, "name") in _OWN_NAMES
        ]
        if holder and gone and len(gone) == len(listed):
            gone = [holder]
            nodes, holder = [node for node in nodes if node is not holder], None
        edits = [(node.start, node.end, b"") for node in gone]
        names = _names(tabs)
        if names and holder:
            edits.append(into(holder, prefixed(names, root.prefix)))
        elif names:
            place = place_for(nodes, _ORDER, b"definedNames", root.node.inner_start)
            edits.append((place, place, prefixed(f"<definedNames>{names}</definedNames>", root.prefix)))
        self.draft.write(self.part, spliced(xml, edits))

    def calculate_on_load(self) -> None:
        """Have the programs that open the workbook calculate all of its formulas."""
        xml = self.draft.read(self.part)
        root, nodes = self._top(xml)
        node = self._element(xml, b"calcPr")
        if node is None:
            place = place_for(nodes, _ORDER, b"calcPr", root.node.inner_start)
            edit = (place, place, prefixed('<calcPr fullCalcOnLoad="1"/>', root.prefix))
        elif attribute(node.tag, "fullCalcOnLoad") is not None:
            end = node.start + len(node.tag)
            edit = (node.start, end, with_attribute(node.tag, "fullCalcOnLoad", "1"))
        else:
            behind_name = node.start + 1 + len(node.name)
            edit = (behind_name, behind_name, b' fullCalcOnLoad="1"')
        self.draft.write(self.part, spliced(xml, [edit]))

    def _element(self, xml: bytes, name: bytes) -> Node | None:
        root, nodes = self._top(xml)
        return next((node for node in nodes if node.name == root.prefix + name), None)

    def _top(self, xml: bytes) -> tuple[Root, list[Node]]:
        """The root of workbook.xml and its children; cached, since it is asked for a dozen times in a row."""
        if self._seen is None or self._seen[0] is not xml:
            root = root_of(xml, "workbook")
            nodes = children(xml, root.node.inner_start, root.node.inner_end)
            self._seen = xml, root, nodes
        return self._seen[1:]

    def _elements(self, xml: bytes, name: bytes) -> list[Node]:
        holder = self._element(xml, name)
        return children(xml, holder.inner_start, holder.inner_end) if holder else []


def _names(tabs: list[tuple[Tab, ExtraSheet]]) -> str:
    """The defined names by which our sheets have print titles and filters."""
    names = []
    for tab, sheet in tabs:
        sheet_name = escape(quoted_sheet_name(tab.name))
        if sheet.filter:
            corners = ":".join(map(ref_absolute, parse_area(sheet.filter).ref.split(":")))
            names.append(
                f'<definedName name="_xlnm._FilterDatabase" localSheetId="{tab.position}" hidden="1">'
                f"{sheet_name}!{corners}</definedName>"
            )
        if sheet.heading_row:
            names.append(
                f'<definedName name="_xlnm.Print_Titles" localSheetId="{tab.position}">'
                f"{sheet_name}!${sheet.heading_row}:${sheet.heading_row}</definedName>"
            )
    return "".join(names)


def _free_name(wanted: str, taken: Collection[str]) -> str:
    name, number = wanted, 2
    while name.casefold() in taken:
        suffix = f"（{number}）"
        name, number = wanted[: _MAX_NAME - len(suffix)] + suffix, number + 1
    return name


def ref_absolute(ref: str) -> str:
    """ "A9" → "$A$9"."""
    return re.sub(r"([A-Z]+)([0-9]+)", r"$\1$\2", ref)
