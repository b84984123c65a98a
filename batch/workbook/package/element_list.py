"""A part of a package that is a list of elements, edited as a list."""

from __future__ import annotations

from batch.workbook.package.splice import children, require_well_formed, root_of


class ElementList:
    """A part that is a list of elements, such as [Content_Types].xml, edited as a list.

    Each item is the bytes of its element with what precedes it, so that an unchanged list is written as it
    was read.
    """

    def __init__(self, xml: bytes, local: str) -> None:
        root = root_of(xml, local)
        require_well_formed(xml)
        self.prefix = root.prefix
        node = root.node
        self._tail = xml[node.inner_end :]
        if node.empty:
            self._head = xml[: node.start] + node.tag[:-2].rstrip() + b">"
            self._tail = b"</" + node.name + b">" + self._tail
        else:
            self._head = xml[: node.inner_start]
        self.items: list[bytes] = []
        at = node.inner_start
        for child in children(xml, node.inner_start, node.inner_end):
            self.items.append(xml[at : child.end])
            at = child.end
        self._tail = xml[at : node.inner_end] + self._tail

    def __bytes__(self) -> bytes:
        return b"".join([self._head, *self.items, self._tail])
