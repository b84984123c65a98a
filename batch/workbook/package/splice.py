"""Locate elements in XML by byte offsets, so that a part can be changed without being serialized anew.

Every function works on the bytes of one part and on spans in them. No tree is built: what is not meant to
change is never parsed and never re-serialized.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple
from xml.parsers import expat

_ATTRIBUTES = rb"""(?:[^<>"'/]++|/(?!>)|"[^"<]*"|'[^'<]*')*+"""
_SKIPPED = rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
_TAG = re.compile(_SKIPPED + rb"|<(/?)([^\s/>!?<]++)(" + _ATTRIBUTES + rb")(/?)>", re.DOTALL)
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_ENCODING = re.compile(rb"""^(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_NAMESPACE = re.compile(rb"""\sxmlns(?::([^\s=]+))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));")
_NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
#: what XML 1.0 cannot hold, escaped or not
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
#: what any of our escapes would change; most texts hold none of it
_SPECIAL = re.compile('[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff&<>"_]')
#: spreadsheet strings read _x0041_ as "A" (ECMA-376 part 1, 22.9.2.19), so a literal one is escaped
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


_BROKEN = "部件不是有效的 XML"


class CannotPatch(Exception):  # noqa: N818 - it names what cannot be done, as the messages do
    """A package too unusual to patch safely. `reason` is Chinese and fit for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __reduce__(self) -> tuple[type[CannotPatch], tuple[str]]:
        return (CannotPatch, (self.reason,))


#: the span of a part that is replaced, and by what
Edit = tuple[int, int, bytes]


class Node(NamedTuple):
    """One element: its name as written, its start tag, and the spans of the whole and of its content."""

    name: bytes
    #: the start tag as written
    tag: bytes
    start: int
    end: int
    inner_start: int
    inner_end: int

    @property
    def local(self) -> bytes:
        """The name without its prefix."""
        return self.name.rpartition(b":")[2]

    @property
    def empty(self) -> bool:
        """Whether it is self-closing, <a/>, with no place for content."""
        return self.tag.endswith(b"/>")


@dataclass(frozen=True, slots=True)
class Root:
    """The root element of a part and its namespace prefixes."""

    node: Node
    #: b"" or b"x:", to be put before the names of our own elements
    prefix: bytes

    @property
    def namespace(self) -> str:
        """The namespace the root element is in; "" when it is in none."""
        own = self.prefix[:-1]
        return next((uri for prefix, uri in self._declared() if prefix == own), "")

    def prefix_of(self, namespace: str) -> bytes | None:
        """The prefix (with colon) bound to a namespace on the root; None when there is none."""
        return next((p + b":" for p, uri in self._declared() if p and uri == namespace), None)

    def _declared(self) -> Iterator[tuple[bytes, str]]:
        for found in _NAMESPACE.finditer(self.node.tag):
            yield found[1] or b"", text_of(found[2] or found[3] or b"")


def root_of(xml: bytes, local: str) -> Root:
    """The root of a part that must be called `local`; raises CannotPatch when the part is not UTF-8 XML."""
    encoding = _ENCODING.match(xml)
    stated = encoding[1].lower() if encoding else b"utf-8"
    if xml[:2] in {b"\xff\xfe", b"\xfe\xff"} or stated not in {b"utf-8", b"us-ascii"}:
        raise CannotPatch(f"部件 {local} 不是 UTF-8 编码")
    prolog = _PROLOG.match(xml)
    start = prolog.end() if prolog else 0
    match = _TAG.match(xml, start)
    if match is None or match[2] is None or match[1]:
        raise CannotPatch(f"部件 {local} 的 XML 结构异常")
    close = xml.rfind(b"</" + match[2])
    inner_end = match.end() if match[4] else close
    if inner_end < match.end():
        raise CannotPatch(f"部件 {local} 的 XML 结构不完整")
    node = Node(match[2], match[0], match.start(), len(xml), match.end(), inner_end)
    if node.local != local.encode():
        raise CannotPatch(f"部件 {local} 的根元素是 {node.local.decode('utf-8', 'replace')}")
    prefix = match[2][: -len(node.local)]
    return Root(node, prefix)


@cache
def _tags_named(name: bytes) -> re.Pattern[bytes]:
    return re.compile(
        _SKIPPED + rb"|<(/?)" + re.escape(name) + rb"(?=[\s/>])" + _ATTRIBUTES + rb"(/?)>", re.DOTALL
    )


def children(xml: bytes, start: int, end: int) -> list[Node]:
    """The elements directly inside a span, in order. Raises CannotPatch when they do not nest."""
    nodes = []
    at = xml.find(b"<", start, end)
    while 0 <= at < end:
        match = _TAG.match(xml, at, end)
        if match is None or match[1]:
            raise CannotPatch("XML 标签不配对")
        stop = match.end()
        if match[2] is not None:
            inner_end = stop
            if not match[4]:
                inner_end, stop = _close(xml, match[2], stop, end)
            nodes.append(Node(match[2], match[0], at, stop, match.end(), inner_end))
        at = xml.find(b"<", stop, end)
    return nodes


def _close(xml: bytes, name: bytes, start: int, end: int) -> tuple[int, int]:
    closing = b"</%b>" % name
    first = xml.find(closing, start, end)
    if first >= 0 and not any(xml.find(sign, start, first) >= 0 for sign in (b"<" + name, b"<!", b"<?")):
        # as nearly always: nothing in it is called like it, and nothing hides a tag
        return first, first + len(closing)
    depth = 1
    for match in _tags_named(name).finditer(xml, start, end):
        if match[1] is None:
            continue
        if match[1]:
            depth -= 1
            if depth == 0:
                return match.start(), match.end()
        elif not match[2]:
            depth += 1
    raise CannotPatch("XML 标签不配对")


def attribute(tag: bytes, name: str) -> str | None:
    """An attribute of a start tag by its name as written, unescaped; None when it is not there."""
    match = _attribute_named(name).search(tag)
    if match is None:
        return None
    return text_of(match[1] if match[1] is not None else match[2])


@cache
def _attribute_named(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + re.escape(name.encode()) + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag with the value of an attribute it already has replaced."""
    match = _attribute_named(name).search(tag)
    assert match is not None
    group = 1 if match[1] is not None else 2
    return tag[: match.start(group)] + escape(value).encode() + tag[match.end(group) :]


def spliced(xml: bytes, edits: list[Edit]) -> bytes:
    """The part with spans replaced. Edits may come in any order but must not overlap."""
    if not edits:
        return xml
    pieces: list[bytes] = []
    at = 0
    # sorted is stable: two insertions at one place stay in the order they were asked for
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        assert start >= at, "overlapping edits"
        pieces += (xml[at:start], new)
        at = end
    pieces.append(xml[at:])
    return b"".join(pieces)


def place_for(nodes: list[Node], order: tuple[bytes, ...], name: bytes, default: int) -> int:
    """Where a new child belongs: after the last one that precedes it in the schema, else at `default`."""
    rank = order.index(name)
    place = default
    for node in nodes:
        if node.local in order and order.index(node.local) < rank:
            place = node.end
    return place


def into(node: Node, content: bytes, where: Literal["first", "last"] = "last") -> Edit:
    """The edit that inserts content into an element; one written as <a/> is opened."""
    if node.empty:
        opened = node.tag[:-2].rstrip() + b">"
        return node.start, node.end, opened + content + b"</" + node.name + b">"
    at = node.inner_end if where == "last" else node.inner_start
    return at, at, content


def prefixed(fragment: str, prefix: bytes) -> bytes:
    """Our own markup, written without prefixes, with the namespace prefix the part uses."""
    data = fragment.encode()
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1" + prefix, data) if prefix else data


def text_of(raw: bytes) -> str:
    """The text in some bytes without markup, unescaped."""
    return unescape(raw.decode("utf-8", "replace"))


def unescape(text: str) -> str:
    """Entities of XML resolved; unknown ones are left as they are."""
    return _ENTITY.sub(_resolve, text) if "&" in text else text


def _resolve(match: re.Match[str]) -> str:
    if match[3]:
        return _NAMED[match[3]]
    code = int(match[1]) if match[1] else int(match[2], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def raw_offset(raw: str, offset: int) -> int:
    """The offset in escaped text of the unescaped character number `offset`."""
    at = 0
    for _ in range(offset):
        match = _ENTITY.match(raw, at)
        at = match.end() if match else at + 1
    return at


def escape(text: str) -> str:
    """Text for an attribute or an element: markup escaped, characters XML cannot hold replaced."""
    if not _SPECIAL.search(text):
        return text
    text = _FORBIDDEN.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def escape_cell(text: str) -> str:
    """Text for a string of a spreadsheet, where line ends are "\n" and _x0041_ would be read as "A"."""
    if not _SPECIAL.search(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return escape(_LOOKS_ESCAPED.sub("_x005F_", text))


def escape_all(texts: list[str], escape: Callable[[str], str]) -> list[str]:
    """Many texts, each put through one of the two functions above.

    Texts rarely need escaping, and searching all of them joined takes an eighth of the time of searching
    each.
    """
    return [escape(text) for text in texts] if _SPECIAL.search("".join(texts)) else texts


def require_well_formed(xml: bytes) -> None:
    """Raises CannotPatch for a part that is not well-formed XML; for parts no parser has read before.

    Searching for tags relies on it: in broken XML a search could run to the end from every place.
    """
    try:
        expat.ParserCreate().Parse(xml, True)
    except expat.ExpatError as error:
        raise CannotPatch(_BROKEN) from error
