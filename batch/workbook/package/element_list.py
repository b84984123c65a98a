"""A part of a package that is a list of elements, edited as a list."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from batch.workbook.package.splice import children, require_well_formed, root_of

#: bytes of a list that is kept
_LARGEST: Final = 64 * 1024


class ElementList:
    """A part that is a list of elements, such as [Content_Types].xml, edited as a list.

    Each item is the bytes of its element with what precedes it, so that an unchanged list is written as it
    was read.
    """

    def __init__(self, xml: bytes, local: str) -> None:
        take_apart = _taken_apart if len(xml) <= _LARGEST else _taken_apart.__wrapped__
        self.prefix, self._head, items, self._tail = take_apart(xml, local)
        self.items: list[bytes] = [*items]

    def __bytes__(self) -> bytes:
        return b"".join([self._head, *self.items, self._tail])


@lru_cache(maxsize=16)
def _taken_apart(xml: bytes, local: str) -> tuple[bytes, bytes, tuple[bytes, ...], bytes]:
    """The prefix of the elements, what stands before the first, the items, and what stands behind the last.

    Units of a county fill in copies of one workbook, whose lists are the same.
    """
    root = root_of(xml, local)
    require_well_formed(xml)
    node = root.node
    head, tail = xml[: node.inner_start], xml[node.inner_end :]
    if node.empty:
        head = xml[: node.start] + node.tag[:-2].rstrip() + b">"
        tail = b"</" + node.name + b">" + tail
    items: list[bytes] = []
    at = node.inner_start
    for child in children(xml, node.inner_start, node.inner_end):
        items.append(xml[at : child.end])
        at = child.end
    return root.prefix, head, tuple(items), xml[at : node.inner_end] + tail
