"""Our fonts, fills and borders in the unit's styles.xml: existing equal ones are used, others appended.

Nothing in it is changed or renumbered, so every cell of the unit keeps its look. Old office files carry
megabytes of styles; they are searched and counted, never parsed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple

from batch.model.status import Severity
from batch.workbook.package.splice import CannotPatch, attribute, prefixed, root_of, spliced, with_attribute

#: light red, yellow and blue, the colours Excel's own presets use for bad, neutral and note
COLOURS = {Severity.ERROR: "FFFFC7CE", Severity.WARNING: "FFFFEB9C", Severity.HINT: "FFDDEBF7"}
#: what marked cells are coloured for: a severity, or a value filled in for the unit, which is green
FILLED = "建议"
HIGHLIGHTS = {**{severity.value: colour for severity, colour in COLOURS.items()}, FILLED: "FFC6E0B4"}
_GREY, _BLUE, _LINE = "FF595959", "FF0563C1", "FFBFBFBF"


@dataclass(frozen=True, slots=True)
class Style:
    """How a cell of an added sheet looks."""

    font: str = "宋体"
    size: str = "10.5"
    bold: bool = False
    underline: bool = False
    colour: str = "FF000000"
    fill: str = ""
    border: bool = True
    horizontal: str = "left"
    wrap: bool = True
    #: characters between the text and the border
    indent: int = 0
    #: whether people may type here when the sheet is protected
    unlocked: bool = False


#: looks of cells in added sheets by name
STYLES = {
    "title": Style("黑体", "16", horizontal="center", border=False),
    "subtitle": Style(colour=_GREY, border=False),
    "letter": Style(border=False),
    "signed": Style(border=False, horizontal="right"),
    "head": Style("黑体", fill="FFD9E1F2", horizontal="center"),
    "body": Style(indent=1),
    "center": Style(horizontal="center"),
    "number": Style(horizontal="right", indent=1),
    "percent": Style(horizontal="right"),
    "error": Style(bold=True, fill=COLOURS[Severity.ERROR], horizontal="center"),
    "warning": Style(bold=True, fill=COLOURS[Severity.WARNING], horizontal="center"),
    "hint": Style(bold=True, fill=COLOURS[Severity.HINT], horizontal="center"),
    "link": Style(colour=_BLUE, underline=True, indent=1),
    "note": Style(size="9", colour=_GREY, border=False),
    #: what only the program reads: a long one must not make its row high
    "code": Style(size="4", colour=_GREY, border=False),
    "input": Style(fill="FFE8F5E9", unlocked=True),
    "label": Style(bold=True, fill="FFF2F2F2"),
}


class _Look(NamedTuple):
    """A style as XML: font, fill and border, "" for none, and the rest of its <xf>."""

    font: str
    fill: str
    border: str
    rest: str


@cache
def _look(name: str) -> _Look:
    style = STYLES[name]
    bold, line = "<b/>" * style.bold, "<u/>" * style.underline
    font = (
        f'<font>{bold}{line}<sz val="{style.size}"/><color rgb="{style.colour}"/>'
        f'<name val="{style.font}"/><family val="3"/><charset val="134"/></font>'
    )
    colours = f'<fgColor rgb="{style.fill}"/><bgColor indexed="64"/>'
    pattern = f'<patternFill patternType="solid">{colours}</patternFill>'
    sides = "".join(
        f'<{side} style="thin"><color rgb="{_LINE}"/></{side}>' for side in ("left", "right", "top", "bottom")
    )
    wrap = ' wrapText="1"' * style.wrap + f' indent="{style.indent}"' * bool(style.indent)
    unlocked = ' applyProtection="1"' * style.unlocked
    protection = '<protection locked="0"/>' * style.unlocked
    return _Look(
        font,
        f"<fill>{pattern}</fill>" if style.fill else "",
        f"<border>{sides}<diagonal/></border>" if style.border else "",
        f'{unlocked}><alignment horizontal="{style.horizontal}" vertical="center"{wrap}/>{protection}</xf>',
    )


#: what a workbook without styles.xml is given first: the one font, two fills and border Excel expects
BARE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<styleSheet xmlns="{namespace}"><fonts count="1"><font><sz val="11"/><name val="宋体"/>'
    '<charset val="134"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/>'
    '<top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" '
    'fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" '
    'borderId="0" xfId="0"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="常规" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)
#: a part up to so many bytes is kept
_LARGEST = 64 * 1024
_UNCOUNTED = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_MEMBERS = {"fonts": "font", "fills": "fill", "borders": "border", "cellXfs": "xf", "dxfs": "dxf"}
_BEHIND_DXFS = (b"tableStyles", b"colors", b"extLst")


@cache
def _start_tag(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])[^>]*>")


@cache
def _named(name: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"<" + re.escape(name) + rb"(?=[\s/>])")


@dataclass(slots=True)
class _Section:
    """A list in styles.xml: its span in the part, and the members added to it."""

    start: int
    end: int
    #: the start tag, never written as <a/>
    tag: bytes
    inner: bytes
    #: the end tag, when the section was written as <a/>
    close: bytes
    #: members that stand there already
    count: int
    #: `inner` without what comments hold
    counted: bytes
    #: numbers of members by their bytes, as far as somebody asked
    known: dict[bytes, int] = field(default_factory=dict)
    new: list[bytes] = field(default_factory=list)

    def __bytes__(self) -> bytes:
        tag = self.tag
        if self.new and attribute(tag, "count") is not None:
            tag = with_attribute(tag, "count", str(self.count + len(self.new)))
        return b"".join([tag, self.inner, *self.new, self.close])


class Looks(NamedTuple):
    """A styles.xml that has all our styles, and their numbers in it."""

    xml: bytes
    #: of cells (s="…"): by name, and by whether the content stays text even after somebody edited it
    cells: Mapping[tuple[str, bool], int]
    #: of differential formats (dxfId): by what a marked cell is coloured for
    highlights: Mapping[str, int]


def with_looks(xml: bytes) -> Looks:
    """The part with what it lacks of our styles appended.

    Units of a county fill in one workbook: all styles are appended, whichever are used, so that the result is
    the same for all of them.
    """
    return (_with_looks if len(xml) <= _LARGEST else _with_looks.__wrapped__)(xml)


@lru_cache(maxsize=8)
def _with_looks(xml: bytes) -> Looks:
    styles = Stylesheet(xml)
    cells = {(name, quoted): styles.cell(name, quoted=quoted) for name in STYLES for quoted in (False, True)}
    highlights = {word: styles.highlight(word) for word in HIGHLIGHTS}
    return Looks(styles.xml, cells, highlights)


class Stylesheet:
    """A styles.xml that gives the number of a style, appending it when missing."""

    def __init__(self, xml: bytes) -> None:
        self._take(xml)
        self._sections: dict[str, _Section] = {}
        self._prefix = root_of(xml, "styleSheet").prefix
        self._cells: dict[tuple[str, bool], int] = {}

    def _take(self, xml: bytes) -> None:
        self._xml = xml
        #: the same without what comments hold, at the same places: members are counted by their tags
        self._plain = _UNCOUNTED.sub(lambda found: b" " * len(found[0]), xml)

    @property
    def xml(self) -> bytes:
        """The part as it is now."""
        return spliced(self._xml, [(s.start, s.end, bytes(s)) for s in self._sections.values()])

    def highlight(self, word: str) -> int:
        """Number of the differential format (dxfId) that colours a marked cell."""
        if self._section("dxfs") is None:
            self._insert_dxfs()
        fill = f'<fill><patternFill><bgColor rgb="{HIGHLIGHTS[word]}"/></patternFill></fill>'
        return self._number("dxfs", f"<dxf>{fill}</dxf>")

    def cell(self, name: str, *, quoted: bool = False) -> int:
        """Number of the cell format (s="…") for one of `STYLES`. `quoted`: the content stays text, even
        after somebody edited it."""
        if (name, quoted) not in self._cells:
            self._cells[name, quoted] = self._cell_format(_look(name), ' quotePrefix="1"' * quoted)
        return self._cells[name, quoted]

    def _cell_format(self, look: _Look, prefix: str) -> int:
        font = self._number("fonts", look.font)
        fill = self._number("fills", look.fill) if look.fill else 0
        border = self._number("borders", look.border) if look.border else 0
        parent = ' xfId="0"' * (self._section("cellStyleXfs") is not None)
        return self._number(
            "cellXfs",
            f'<xf numFmtId="0" fontId="{font}" fillId="{fill}" borderId="{border}"{parent} applyFont="1" '
            f'applyFill="1" applyBorder="1" applyAlignment="1"{prefix}{look.rest}',
        )

    def _section(self, name: str) -> _Section | None:
        """A section of the part; None when it has none of that name."""
        if name not in self._sections:
            full = self._prefix + name.encode()
            match = _start_tag(full).search(self._plain)
            if match is None:
                return None
            end, tag, close = match.end(), match[0], b""
            if tag.endswith(b"/>"):
                tag, close = tag[:-2].rstrip() + b">", b"</" + full + b">"
            else:
                end = self._plain.find(b"</" + full, end)
                if end < 0:
                    raise CannotPatch("样式部件不完整")
            if any(match.start() < s.end and s.start < end for s in self._sections.values()):
                raise CannotPatch("样式部件结构异常")
            inner = self._xml[match.end() : end]
            count = len(self._member(name).findall(self._plain, match.end(), end)) if name in _MEMBERS else 0
            counted = self._plain[match.end() : end]
            self._sections[name] = _Section(match.start(), end, tag, inner, close, count, counted)
        return self._sections[name]

    def _member(self, section: str) -> re.Pattern[bytes]:
        return _named(self._prefix + _MEMBERS[section].encode())

    def _number(self, name: str, fragment: str) -> int:
        section = self._section(name)
        if section is None:
            raise CannotPatch(f"样式部件缺少 {name}")
        new = prefixed(fragment, self._prefix)
        if new not in section.known:
            at = section.counted.find(new)
            if at >= 0:
                section.known[new] = len(self._member(name).findall(section.counted, 0, at))
            else:
                section.known[new] = section.count + len(section.new)
                section.new.append(new)
        return section.known[new]

    def _insert_dxfs(self) -> None:
        xml, self._sections = self.xml, {}
        self._take(xml)
        root = root_of(xml, "styleSheet")
        place = root.node.inner_end
        for name in _BEHIND_DXFS:
            found = _start_tag(self._prefix + name).search(self._plain)
            if found:
                place = min(place, found.start())
        self._take(xml[:place] + prefixed('<dxfs count="0"></dxfs>', self._prefix) + xml[place:])
