"""Note boxes: shapes in the sheet's VML drawing, which Excel still requires for every note.

VML is not always well-formed (Excel itself leaves <br> open), so shapes are located by their own tags and
everything else in the part is left as it is.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Collection, Iterator, Mapping

from batch.model.book import MAX_COL, MAX_ROW, Area
from batch.model.text_width import columns_wide, lines
from batch.workbook.annotate.sheet_spans import Sizes
from batch.workbook.package.splice import CannotPatch, Edit, spliced

_V, _O, _X = (
    "urn:schemas-microsoft-com:vml",
    "urn:schemas-microsoft-com:office:office",
    "urn:schemas-microsoft-com:office:excel",
)
_SHAPE = re.compile(rb"<((?:[\w.-]+:)?)shape(?=[\s>])")
_SHAPE_TYPE = re.compile(rb"<((?:[\w.-]+:)?)shapetype\s(?:[^<>]*\s)?id=[\"']_x0000_t202[\"']")
_CLOSE = re.compile(rb"</(?:[\w.-]+:)?xml\s*>\s*$")
_ROW = re.compile(rb"Row>\s*(\d{1,7})\s*</")
_COLUMN = re.compile(rb"Column>\s*(\d{1,5})\s*</")
_ANCHOR = re.compile(rb"Anchor>\s*(?:\d+\s*,\s*){2}(\d+)\s*,\s*(?:\d+\s*,\s*){3}(\d+)\s*,\s*\d+\s*</")
_NUMBER = re.compile(rb"_s(\d{1,9})[\"']")
_IDMAP = re.compile(rb"(<(?:[\w.-]+:)?idmap\s[^<>]*?\bdata=[\"'])([0-9, ]{0,4096})(?=[\"'])")
#: shape numbers of a block
_BLOCK = 1024
_TYPE = (
    '<v:shapetype{spaces} id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_LINE = 16  # pixels of a line of 9-point 宋体
_HALF = 6  # pixels of a half-width character of it; a Chinese character takes two
_MARGIN = 14
_WIDTHS = (260, 320, 420)
_GOOD_HEIGHT, _MAX_HEIGHT = 240, 480


def empty_drawing() -> bytes:
    """A drawing without shapes."""
    return (
        f'<xml xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"><o:shapelayout v:ext="edit">'
        '<o:idmap v:ext="edit" data=""/></o:shapelayout></xml>'
    ).encode()


def blocks_in(vml: bytes) -> set[int]:
    """The blocks of 1,024 shape ids a drawing uses or claims; each block belongs to one drawing."""
    listed = _IDMAP.search(vml)
    named = {int(number) for number in listed[2].split(b",") if number.strip().isdigit()} if listed else set()
    return named | {int(found) // _BLOCK for found in _NUMBER.findall(vml)}


def has_shapes(vml: bytes) -> bool:
    """Whether anything is drawn."""
    return any(True for _ in _shapes(vml))


def without_boxes(
    vml: bytes, removed: Collection[tuple[int, int]], joined: Mapping[tuple[int, int], str]
) -> bytes:
    """Remove the boxes of removed notes, and restore the height of the unit's own boxes."""
    edits = []
    left_types = 0
    gone: set[int] = set()
    kept: set[int] = set()
    for start, end in _shapes(vml):
        cell = _cell(vml[start:end])
        blocks = {int(found) // _BLOCK for found in _NUMBER.findall(vml, start, end)}
        if cell in removed:
            edits.append((start, end, b""))
            gone |= blocks
            continue
        kept |= blocks
        left_types += b"_x0000_t202" in vml[start:end]
        if cell is not None and cell in joined:
            edits += _grown(vml, start, end, -_extra_rows(joined[cell]))
    if not left_types and any(not new for _, _, new in edits):
        edits += [(start, end, b"") for start, end in _elements(vml, _SHAPE_TYPE, b"shapetype")]
    return spliced(vml, [*edits, *_listing(vml, lambda block: block not in gone - kept, ())])


def with_boxes(
    vml: bytes,
    new: Mapping[tuple[int, int], str],
    joined: Mapping[tuple[int, int], str],
    areas: Mapping[tuple[int, int], Area],
    anchors: Anchors,
    taken: set[int],
) -> bytes:
    """Add a hidden box beside each cell of `new`, and enlarge the boxes of `joined`.

    `areas`: the merged area of a cell, where there is one. `anchors`: those of the sheet. `taken`: the blocks
    of shape ids that the workbook's drawings use; those allocated here are added to it.
    """
    edits = [
        edit
        for start, end in _shapes(vml)
        if (cell := _cell(vml[start:end])) is not None and cell in joined
        for edit in _grown(vml, start, end, _extra_rows(joined[cell]))
    ]
    if new:
        close = _CLOSE.search(vml)
        if close is None:
            raise CannotPatch("批注图形部件（VML）结构异常")
        head = vml[: vml.find(b">", vml.find(b"<xml"))]
        declared = all(f'xmlns:{p}="{uri}"'.encode() in head for p, uri in (("v", _V), ("o", _O), ("x", _X)))
        spaces = "" if declared else f' xmlns:v="{_V}" xmlns:o="{_O}" xmlns:x="{_X}"'
        shapes = [] if _SHAPE_TYPE.search(vml) else [_TYPE.format(spaces=spaces)]
        blocks = _free_blocks(len(new), taken)
        for offset, (cell, text) in enumerate(new.items(), 1):
            area = areas.get(cell, Area(*cell, *cell))
            # a block's first number is left out, as Excel does
            number = _BLOCK * blocks[(offset - 1) // (_BLOCK - 1)] + (offset - 1) % (_BLOCK - 1) + 1
            shapes.append(_shape(number, cell, anchors.of(area, text), spaces, offset))
        taken.update(blocks)
        edits += _listing(vml, lambda _: True, blocks)
        edits.append((close.start(), close.start(), "".join(shapes).encode()))
    return spliced(vml, edits)


def _free_blocks(count: int, taken: Collection[int]) -> list[int]:
    """As many unused blocks of shape ids as `count` boxes need, lowest first."""
    free = (block for block in itertools.count(1) if block not in taken)
    return list(itertools.islice(free, -(-count // (_BLOCK - 1))))


def _listing(vml: bytes, stays: Callable[[int], bool], added: Collection[int]) -> list[Edit]:
    """The edit of the list of blocks a drawing claims; none where it has no such list."""
    listed = _IDMAP.search(vml)
    if listed is None:
        return []
    old = [int(number) for number in listed[2].split(b",") if number.strip().isdigit()]
    new = [block for block in old if stays(block)] + list(added)
    if new == old:
        return []
    return [(listed.start(2), listed.end(2), ",".join(map(str, new)).encode())]


def _shapes(vml: bytes) -> Iterator[tuple[int, int]]:
    return _elements(vml, _SHAPE, b"shape")


def _elements(vml: bytes, opening: re.Pattern[bytes], name: bytes) -> Iterator[tuple[int, int]]:
    """The spans of elements that do not nest."""
    at = 0
    while match := opening.search(vml, at):
        close = re.compile(rb"</" + re.escape(match[1] + name) + rb"\s*>").search(vml, match.end())
        if close is None:
            raise CannotPatch("批注图形部件（VML）结构异常")
        at = close.end()
        yield match.start(), at


def _cell(shape: bytes) -> tuple[int, int] | None:
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if b"Note" not in shape or row is None or column is None:
        return None
    return int(row[1]) + 1, int(column[1]) + 1


def _shape(number: int, cell: tuple[int, int], anchor: str, spaces: str, z: int) -> str:
    return (
        f'<v:shape{spaces} id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
        f'margin-left:60pt;margin-top:2pt;width:200pt;height:60pt;z-index:{z};visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{cell[0] - 1}</x:Row><x:Column>{cell[1] - 1}</x:Column></x:ClientData></v:shape>"
    )


def box_size(text: str) -> tuple[int, int]:
    """Width and height in pixels of a box that shows a text."""
    # as `lines` counts them, but every line is measured once for all widths
    wide = [columns_wide(line) or 1 for line in text.split("\n")]
    for width in _WIDTHS:
        columns = (width - _MARGIN) // _HALF
        height = sum([-(-w // columns) for w in wide]) * _LINE + _MARGIN
        if height <= _GOOD_HEIGHT:
            break
    return width, min(height, _MAX_HEIGHT)


class Anchors:
    """Where the boxes of a sheet's notes stand: beside their cells, as large as their texts need.

    Most notes are the same in both copies of a sheet: each is measured once.
    """

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = sizes
        self._known: dict[tuple[Area, str], str] = {}
        self._ends: dict[tuple[int, int], tuple[int, str]] = {}

    def of(self, area: Area, text: str) -> str:
        """The anchor of the box with a text beside a cell."""
        known = self._known.get((area, text))
        if known is None:
            known = self._known[area, text] = self._anchor(area, text)
        return known

    def _anchor(self, area: Area, text: str) -> str:
        width, height = box_size(text)
        room = area.right + 8 <= MAX_COL
        across = area.right + 1 if room else max(1, area.left - 8), width
        end = self._ends.get(across)
        if end is None:
            end = self._ends[across] = _end(across[0], 12, width, self._sizes.columns, MAX_COL)
        column, right = end
        row, bottom = _end(area.top, 2, height, self._sizes.rows, MAX_ROW)
        return f"{column}, 12, {row}, 2, {right}, {bottom}"


def _end(first: int, offset: int, length: int, sizes: Mapping[int, int], limit: int) -> tuple[int, str]:
    """The cell and offset where a length ends that begins in cell `first`; anchors count cells from 0."""
    at, rest = first, offset + length
    while rest > (here := sizes[at]) and at < limit:
        rest -= here
        at += 1
    return first - 1, f"{at - 1}, {min(rest, here)}"


def _extra_rows(text: str) -> int:
    """Rows by which a unit's own box grows for our text; equal texts give equal numbers."""
    return min(-(-lines(text, 24) * _LINE // 20), 15)


def _grown(vml: bytes, start: int, end: int, rows: int) -> list[Edit]:
    anchor = _ANCHOR.search(vml, start, end)
    if anchor is None:
        return []
    top, bottom = int(anchor[1]), int(anchor[2]) + rows
    if not top < bottom < MAX_ROW:
        return []
    return [(anchor.start(2), anchor.end(2), str(bottom).encode())]
