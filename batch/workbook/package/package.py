"""An OOXML package, opened with guards against hostile zip files and read from bytes only.

The patcher also needs the compressed bytes of the members it leaves unchanged.
"""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from batch.model.limits import DEFAULT, Budget, Limits, damaged, locked, quotable, too_big
from batch.workbook.package.directory import STORED, Member, broken, check_sizes, members_of
from batch.workbook.package.part_cache import kept_by_bytes
from batch.workbook.package.sniffing import is_encrypted, sniff
from batch.workbook.package.xml_walk import Handlers, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batch.workbook.package.xml_walk import Attrs

#: a package up to so many bytes is remembered until the next is opened, with so many bytes of its parts
_SMALL: Final = 1024 * 1024
#: bytes that are decompressed in one go
_CHUNK: Final = 256 * 1024


class Rel(NamedTuple):
    """One relationship of a part."""

    id: str
    type: str
    #: name of the target part; for external ones the address as written; "" when it has none
    target: str
    external: bool

    def is_a(self, kind: str) -> bool:
        """Whether the type's last step is `kind`: "worksheet" in transitional and strict files alike."""
        return self.type.rpartition("/")[2] == kind


class Package:
    """A checked package. Part names have no leading slash; lookup falls back to ignoring case."""

    __slots__ = ("_data", "_kept", "_members", "_spelling", "budget")

    def __init__(self, data: bytes, opened: _Opened, budget: Budget) -> None:
        self._data = data
        self._members, self._spelling, self._kept = opened
        #: shared by everything that is read from this package
        self.budget = budget

    @classmethod
    def open(cls, data: bytes, limits: Limits = DEFAULT) -> Package:
        """Check a file's bytes and list its parts; nothing is decompressed yet.

        A file is opened several times in a row: to be read, to be annotated, to be compared with its copies.
        Raises Unreadable: F002 for a file with an open password, F001 for any other unsound package.
        """
        opened = _listed_last if len(data) <= _SMALL else _listed_last.__wrapped__
        return cls(data, opened(data, limits), Budget(limits))

    def names(self) -> list[str]:
        """The parts in the order of the package's directory."""
        return list(self._members)

    def has(self, name: str) -> bool:
        """Whether there is such a part, in any letter case."""
        return name in self._members or name.lower() in self._spelling

    def member(self, name: str) -> Member:
        """The directory entry of one part. Raises Unreadable when it is missing."""
        found = self._members.get(name) or self._members.get(self._spelling.get(name.lower(), ""))
        if found is None:
            raise damaged(f"缺少部件“{quotable(name)}”")
        return found

    def raw(self, name: str) -> tuple[Member, bytes]:
        """A part's directory entry and its compressed bytes. Raises Unreadable when it is missing."""
        member = self.member(name)
        return member, self._data[member.start : member.end]

    def read(self, name: str) -> bytes:
        """A part's decompressed bytes, checked against size and CRC. Raises Unreadable."""
        member, stored = self.raw(name)
        kept = self._kept.get(member.name)
        if kept is not None:
            return kept
        if member.method == STORED:
            content = stored
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = inflater.decompress(stored, member.size + 1)
            except zlib.error:
                raise broken(member) from None
            if not inflater.eof:
                raise broken(member)
        if len(content) != member.size or zlib.crc32(content) != member.crc:
            raise broken(member)
        self._kept.keep(member.name, content)
        return content

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's decompressed bytes in chunks, for parts too large to hold. Raises Unreadable."""
        member, stored = self.raw(name)
        crc = size = 0
        for piece in _inflate(member, stored):
            size += len(piece)
            if size > member.size:
                raise broken(member)
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != member.size or crc != member.crc:
            raise broken(member)

    def relationships(self, part: str) -> list[Rel]:
        """The relationships of a part ("" for those of the package), in file order; none when it has no list.

        Raises Unreadable when the list cannot be read.
        """
        folder, _, last = part.rpartition("/")
        listing = f"{folder}/_rels/{last}.rels" if folder else f"_rels/{last}.rels"
        if not self.has(listing):
            return []
        return [rel if "%" not in rel.target else self._spelt(rel) for rel in _listed(self, listing)]

    def _spelt(self, rel: Rel) -> Rel:
        """The relationship with its target unescaped (%20 and the like), where only that names an existing
        part."""
        if rel.external or self.has(rel.target):
            return rel
        from urllib.parse import unquote

        return rel._replace(target=unquote(rel.target))


class _Kept(dict[str, bytes]):
    """The decompressed bytes of a package's parts, as far as there is room for them."""

    __slots__ = ("_room",)

    def __init__(self) -> None:
        super().__init__()
        self._room = _SMALL

    def keep(self, name: str, content: bytes) -> None:
        """Keep a part for those who read it next."""
        if len(content) <= self._room:
            self._room -= len(content)
            self[name] = content


class _Opened(NamedTuple):
    """What is known of a package once it was opened."""

    members: dict[str, Member]
    #: names of the parts by these names in small letters
    spelling: dict[str, str]
    kept: _Kept


@lru_cache(maxsize=1)
def _listed_last(data: bytes, limits: Limits) -> _Opened:
    if len(data) > limits.max_file:
        raise too_big(f"文件超过{limits.max_file // (1024 * 1024)}兆字节")
    kind = sniff(data)
    if kind == "empty":
        raise damaged("文件是空的")
    if is_encrypted(data):
        raise locked()
    if kind != "zip":
        raise damaged("内容不是.xlsx工作簿")
    try:
        members = members_of(data, limits)
    except struct.error:
        raise damaged("压缩目录不完整") from None
    check_sizes(members, limits)
    by_name = {member.name: member for member in members}
    return _Opened(by_name, {name.lower(): name for name in by_name}, _Kept())


@kept_by_bytes
def _listed(package: Package, listing: str) -> list[Rel]:
    """The relationships in a list of them."""
    folder = listing.rpartition("_rels/")[0]
    found: list[Rel] = []

    def start(tag: str, attrs: Attrs) -> None:
        if tag == "Relationship":
            external = attrs.get("TargetMode", "") == "External"
            target = attrs.get("Target", "")
            named = target if external else _resolved(folder, target)
            found.append(Rel(attrs.get("Id", ""), attrs.get("Type", ""), named, external))

    walk(package.chunks(listing), listing, package.budget, Handlers(start))
    return found


def _resolved(folder: str, target: str) -> str:
    """The part that a target names, relative to the folder of the part that names it."""
    target = target.replace("\\", "/").partition("#")[0]
    steps = [] if target.startswith("/") else [step for step in folder.split("/") if step]
    for step in target.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _inflate(member: Member, stored: bytes) -> Iterator[bytes]:
    if member.method == STORED:
        for at in range(0, len(stored), _CHUNK):
            yield stored[at : at + _CHUNK]
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        # in slices, because zlib copies what it has not consumed yet at every call
        for at in range(0, len(stored), _CHUNK):
            waiting = stored[at : at + _CHUNK]
            while waiting and not inflater.eof:
                yield inflater.decompress(waiting, _CHUNK)
                waiting = inflater.unconsumed_tail
        if not inflater.eof:
            yield inflater.flush()
    except zlib.error:
        raise broken(member) from None
