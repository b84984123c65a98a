"""Tables of a sheet (“套用表格格式”) made to reach over rows that were added right below them."""

from __future__ import annotations

from collections.abc import Collection

from batch.model.book import Area, parse_area
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.package.splice import attribute, children, root_of, spliced, with_attribute


def extend_tables(edit: PackageEdit, sheet: str, rows: Collection[int]) -> None:
    """Have each table of a worksheet part that ends right above `rows` end with the last of them.

    One with a row of totals stays as it is.
    """
    for rel in edit.relations(sheet):
        if not rel.is_a("table") or not edit.leads_somewhere(rel):
            continue
        xml = edit.read(rel.target)
        root = root_of(xml, "table").node
        ref = attribute(root.tag, "ref")
        if not ref or (attribute(root.tag, "totalsRowCount") or "0") != "0":
            continue
        area = parse_area(ref)
        last = area.bottom
        while last + 1 in rows:
            last += 1
        if last == area.bottom:
            continue
        longer = Area(area.top, area.left, last, area.right).ref
        edits = [(root.start, root.start + len(root.tag), with_attribute(root.tag, "ref", longer))]
        for node in children(xml, root.inner_start, root.inner_end):
            if node.local == b"autoFilter" and attribute(node.tag, "ref"):
                end = node.start + len(node.tag)
                edits.append((node.start, end, with_attribute(node.tag, "ref", longer)))
        edit.write(rel.target, spliced(xml, edits))
