"""Limits on one file, and the refusals of files beyond them.

A night reads thousands of untrusted files; each may cost at most 10 s and 512 MiB. All numbers that ensure
this are here. They are far above any real submission: four forms hold some 1,600 cells.
"""

from __future__ import annotations

from dataclasses import dataclass

from batch.model.book import Unreadable

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one workbook file; sizes in bytes."""

    #: the file itself
    max_file: int = 64 * MIB
    #: all parts of the package together, inflated
    max_total: int = 512 * MIB
    #: one part, inflated
    max_part: int = 256 * MIB
    #: inflated : stored, for parts of more than `ratio_from` bytes
    max_ratio: int = 200
    ratio_from: int = MIB
    max_parts: int = 5000
    max_sheets: int = 1000
    #: cells with content, merged areas and shared strings: about 500 bytes of memory each
    max_cells: int = 500_000
    #: looks of cells; Excel itself stops at 65,490
    max_styles: int = 100_000
    #: "<" signs in the parts that are read, which bounds the time: a microsecond or two each
    max_tags: int = 4_000_000
    #: the same for OpenDocument and XML of 2003, whose tags cost about ten microseconds each
    max_legacy_tags: int = 500_000
    #: characters of one text: Excel takes no more
    max_text: int = 32_767
    #: characters of all cells together, each as often as it stands there: what the forms are found by is
    #: looked for in all of them
    max_characters: int = 8_000_000
    #: elements inside each other; a worksheet needs about ten
    max_depth: int = 256
    #: what a reader that is not ours may take in its child process: seconds, and bytes of memory
    max_seconds: float = 10.0
    max_memory: int = 512 * MIB
    #: bytes of one XML tag or comment
    max_tag_bytes: int = MIB


DEFAULT = Limits()


class Budget:
    """The remaining limits of a file while it is read. One per package."""

    __slots__ = ("_cells", "_tags", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._cells = 0
        self._tags = 0

    @property
    def tags(self) -> int:
        """XML tags counted so far."""
        return self._tags

    def spend_cells(self, count: int) -> None:
        """Count cells, merged areas or shared strings. Raises Unreadable when there are too many."""
        self._cells += count
        if self._cells > self.limits.max_cells:
            raise too_big(f"有内容的单元格超过{self.limits.max_cells}个")

    def spend_tags(self, count: int) -> None:
        """Count XML tags. Raises Unreadable when there are too many."""
        self._tags += count
        if self._tags > self.limits.max_tags:
            raise too_big("表页内容（多为空白的行或单元格）过多")

    def check_text(self, length: int) -> None:
        """Raise Unreadable for a text of more than `max_text` characters."""
        if length > self.limits.max_text:
            raise too_long(self.limits)


def damaged(detail: str) -> Unreadable:
    """The refusal of a file that is broken; `detail` says in Chinese what is wrong with it."""
    return Unreadable(
        "F001", f"文件无法打开或已损坏（{detail}），请用Excel或WPS打开、另存为.xlsx后重新报送。"
    )


def too_big(detail: str) -> Unreadable:
    """The refusal of a file beyond its limits; `detail` says in Chinese what there is too much of."""
    return Unreadable("F001", f"文件过大，系统未读取（{detail}），请删除多余内容、另存为.xlsx后重新报送。")


def too_long(limits: Limits) -> Unreadable:
    """The refusal of a text that no cell of Excel takes."""
    return too_big(f"有一个单元格的文字超过{limits.max_text}个字")


def locked() -> Unreadable:
    """The refusal of a file with an open password."""
    return Unreadable("F002", "文件设有打开密码，系统无法读取，请取消密码后重新报送。")


def quotable(name: str) -> str:
    """A name from a file, fit to stand in a message: one line, printable, at most 60 characters."""
    return "".join(sign if sign.isprintable() else "?" for sign in name[:60])
