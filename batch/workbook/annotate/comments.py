"""Comment texts: ours in the sheet's comments part, beside the unit's own.

A cell without a note gets one of ours, signed on its last line. A cell with the unit's own note keeps it, and
ours follows behind a separator line in the same note. Ours are recognised again after other programs saved
the file: by the author, or, since LibreOffice drops authors and splits texts into runs, by signature and
separator.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from batch.model.book import column_letters, parse_ref
from batch.workbook.package.splice import (
    Edit,
    Node,
    Root,
    attribute,
    children,
    escape_all,
    escape_cell,
    into,
    prefixed,
    raw_offset,
    require_well_formed,
    root_of,
    spliced,
    text_of,
    unescape,
)

AUTHOR = "绩效自评审核"
#: last line of a note that is ours alone
SIGNATURE = "【绩效自评审核】"
#: first line of our part of a note that also holds the unit's text
SEPARATOR = "【以下为绩效自评审核意见】"
MAX_CHARACTERS = 1000
ENDING = "…（其余见“审核结果”）"
_AUTHOR_NUMBER = re.compile("[0-9]{1,4}")
_FONT = (
    '<rPr><sz val="9"/><color indexed="81"/><rFont val="宋体"/><family val="3"/><charset val="134"/></rPr>'
)


@dataclass(frozen=True, slots=True)
class Stripped:
    """A comments part with our texts removed."""

    xml: bytes
    #: cells whose whole note was ours
    removed: tuple[tuple[int, int], ...]
    #: cells whose own note had our text behind it, with that text
    shortened: dict[tuple[int, int], str]
    #: whether no note is left
    empty: bool


@dataclass(frozen=True, slots=True)
class Added:
    """A comments part with our texts added."""

    xml: bytes
    #: cells that got a note of their own, with its text
    new: dict[tuple[int, int], str]
    #: cells whose own note got our text behind it, with that text
    joined: dict[tuple[int, int], str]


@cache
def no_comments(namespace: str) -> Comments:
    """A comments part without comments."""
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    lists = "<authors></authors><commentList></commentList>"
    return Comments.of(f'{head}<comments xmlns="{namespace}">{lists}</comments>'.encode())


def shortened(text: str) -> str:
    """A comment's text as written: over-long ones end with where to find the rest."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.rstrip()
    return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS].rstrip() + ENDING


def without_notes(xml: bytes) -> Stripped:
    """Remove our comments from a comments part."""
    part = Comments.of(xml)
    edits: list[Edit] = []
    removed, cut = [], {}
    used_by_others = set()
    for comment in part.comments:
        cell = _cell(comment)
        runs = part.runs(comment)
        text = "".join(run.text for run in runs)
        author = part.author(comment)
        if author == AUTHOR or (SEPARATOR not in text and text.rstrip().endswith(SIGNATURE)):
            edits.append((comment.start, comment.end, b""))
            removed.append(cell)
            continue
        used_by_others.add(attribute(comment.tag, "authorId"))
        if SEPARATOR in text and not author.startswith("tc="):
            edits += _cut(runs, text)
            cut[cell] = _our_part(text)
    last = len(part.authors) - 1
    if edits and last >= 0 and part.author_name(last) == AUTHOR and str(last) not in used_by_others:
        # only the last author can go: the others are known by their number
        edits.append((part.authors[last].start, part.authors[last].end, b""))
    found = tuple(cell for cell in removed if cell)
    return Stripped(
        spliced(part.xml, edits),
        found,
        {cell: text for cell, text in cut.items() if cell},
        bool(removed) and len(removed) == len(part.comments),
    )


def with_notes(part: Comments, texts: Mapping[tuple[int, int], str]) -> Added:
    """Add a text to each cell, in order. Cells with a threaded comment are left as they are.

    The texts are taken as given, see `shortened`.
    """
    own = {_cell(comment): comment for comment in part.comments}
    edits: list[Edit] = []
    new, joined = {}, {}
    for cell, text in texts.items():
        comment = own.get(cell)
        if comment is None:
            new[cell] = f"{text}\n{SIGNATURE}"
        elif not part.author(comment).startswith("tc="):
            joined[cell] = f"{SEPARATOR}\n{text}"
            edits.append(_join(part, comment, f"\n{joined[cell]}"))
    if new:
        count = len(part.authors)
        number = next((n for n in range(count) if part.author_name(n) == AUTHOR), count)
        if number == count:
            author = prefixed(f"<author>{AUTHOR}</author>", part.root.prefix)
            edits.append(into(part.author_list, author))
        fragment = "".join(
            f'<comment ref="{column_letters(col)}{row}" authorId="{number}"><text>'
            f'<r>{_FONT}<t xml:space="preserve">{text}</t></r></text></comment>'
            for (row, col), text in zip(new, escape_all(list(new.values()), escape_cell), strict=True)
        )
        edits.append(into(part.comment_list, prefixed(fragment, part.root.prefix)))
    return Added(spliced(part.xml, edits), new, joined)


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of a note's text: the element that is removed as a whole, and the span of its text."""

    element: Node
    start: int
    end: int
    text: str
    raw: str


@dataclass(frozen=True, slots=True)
class Comments:
    """A comments part with its authors and its comments located."""

    xml: bytes
    root: Root
    author_list: Node
    comment_list: Node
    authors: list[Node]
    comments: list[Node]

    @classmethod
    def of(cls, xml: bytes) -> Comments:
        """Locate them; raises CannotPatch when the part is none we understand."""
        root = root_of(xml, "comments")
        require_well_formed(xml)
        lists = {node.local: node for node in children(xml, root.node.inner_start, root.node.inner_end)}
        author_list, comment_list = lists.get(b"authors"), lists.get(b"commentList")
        # Excel repairs a part without its lists and keeps the notes there are
        if author_list is None:
            return cls.of(
                spliced(xml, [into(root.node, prefixed("<authors></authors>", root.prefix), "first")])
            )
        if comment_list is None:
            return cls.of(
                spliced(xml, [into(root.node, prefixed("<commentList></commentList>", root.prefix))])
            )
        authors = children(xml, author_list.inner_start, author_list.inner_end)
        comments = children(xml, comment_list.inner_start, comment_list.inner_end)
        nobody = max(map(_author_number, comments), default=-1) + 1 - len(authors)
        if nobody > 0:
            # a number that leads to no author must not lead to us once we are added
            unnamed = prefixed("<author></author>" * nobody, root.prefix)
            return cls.of(spliced(xml, [into(author_list, unnamed)]))
        return cls(xml, root, author_list, comment_list, authors, comments)

    def author_name(self, number: int) -> str:
        """The author of that number."""
        node = self.authors[number]
        return text_of(self.xml[node.inner_start : node.inner_end])

    def author(self, comment: Node) -> str:
        """Whose a comment is; "" where its number leads to nobody."""
        number = _author_number(comment)
        return self.author_name(number) if 0 <= number < len(self.authors) else ""

    def text(self, comment: Node) -> Node | None:
        """The element with a comment's text."""
        nodes = children(self.xml, comment.inner_start, comment.inner_end)
        return next((node for node in nodes if node.local == b"text"), None)

    def runs(self, comment: Node) -> list[_Run]:
        """The pieces of a comment's text."""
        text = self.text(comment)
        if text is None:
            return []
        found = []
        for node in children(self.xml, text.inner_start, text.inner_end):
            if node.local == b"t":
                found.append(self._run(node, node))
            elif node.local == b"r":
                inner = children(self.xml, node.inner_start, node.inner_end)
                found += [self._run(node, t) for t in inner if t.local == b"t"]
        return found

    def _run(self, element: Node, t: Node) -> _Run:
        raw = self.xml[t.inner_start : t.inner_end].decode("utf-8", "replace")
        return _Run(element, t.inner_start, t.inner_end, unescape(raw), raw)


def _author_number(comment: Node) -> int:
    """The number of a note's author; -1 for none that a file can have."""
    number = attribute(comment.tag, "authorId") or ""
    return int(number) if _AUTHOR_NUMBER.fullmatch(number) else -1


def _cell(comment: Node) -> tuple[int, int] | None:
    try:
        return parse_ref(attribute(comment.tag, "ref") or "")
    except ValueError:
        return None


def _our_part(text: str) -> str:
    return text[text.index(SEPARATOR) :]


def _run(text: str) -> str:
    return f'<r>{_FONT}<t xml:space="preserve">{text}</t></r>'


def _join(part: Comments, comment: Node, text: str) -> Edit:
    runs, text = part.runs(comment), escape_cell(text)
    if not runs:
        holder = part.text(comment)
        if holder is None:
            return into(comment, prefixed(f"<text>{_run(text)}</text>", part.root.prefix))
        return into(holder, prefixed(_run(text), part.root.prefix), "first")
    last = runs[-1]
    if last.element.local == b"r" or last.element.empty:
        at = last.element.end
        return at, at, prefixed(_run(text), part.root.prefix)
    # a plain text has no runs, and Excel does not read one behind it: ours goes into the same element
    return last.end, last.end, text.encode()


def _cut(runs: list[_Run], text: str) -> list[Edit]:
    at = text.index(SEPARATOR)
    if text[:at].endswith("\n"):
        at -= 1
    number = before = 0
    while at >= before + len(runs[number].text):
        before += len(runs[number].text)
        number += 1
    run, end = runs[number], runs[-1].element.end
    if at == before and run.element.local == b"r":
        return [(run.element.start, end, b"")]
    start = run.start + len(run.raw[: raw_offset(run.raw, at - before)].encode())
    edits = [(start, run.end, b"")]
    if number + 1 < len(runs):
        edits.append((run.element.end, end, b""))
    return edits
