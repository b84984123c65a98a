"""An OOXML package, opened with guards against hostile zip files and read from bytes only.

The central directory is parsed here rather than by `zipfile`: two readers that disagree about a package
(duplicate names, overlapping members, false sizes) are how a workbook shows one thing to the clerk and
another to us. The patcher also needs the compressed bytes of the members it leaves unchanged.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from batch.model.limits import DEFAULT, Budget, Limits, damaged, locked, quotable, too_big
from batch.workbook.package.part_cache import kept_by_bytes
from batch.workbook.package.sniffing import is_encrypted, sniff
from batch.workbook.package.xml_walk import Handlers, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from batch.workbook.package.xml_walk import Attrs

STORED: Final = 0
DEFLATED: Final = 8

_END = struct.Struct("<4sHHHHIIH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_ENCRYPTED = 0x1
_UTF8 = 0x800
_CHUNK = 256 * 1024


class Member(NamedTuple):
    """One entry of the package, with everything a copy of it must repeat."""

    name: str
    #: the name's bytes as stored
    stored_name: bytes
    #: general purpose flags as stored
    flags: int
    #: STORED or DEFLATED
    method: int
    #: MS-DOS time and date words as stored
    dos_time: int
    dos_date: int
    crc: int
    #: inflated size in bytes
    size: int
    made_by: int
    internal_attr: int
    external_attr: int
    #: where the compressed bytes stand in the file
    start: int
    end: int


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

    __slots__ = ("_data", "_members", "_spelling", "budget")

    def __init__(self, data: bytes, members: dict[str, Member], budget: Budget) -> None:
        self._data = data
        self._members = members
        self._spelling = {name.lower(): name for name in members}
        #: shared by everything that is read from this package
        self.budget = budget

    @classmethod
    def open(cls, data: bytes, limits: Limits = DEFAULT) -> Package:
        """Check a file's bytes and list its parts; nothing is decompressed yet.

        Raises Unreadable: F002 for a file with an open password, F001 for any other unsound package.
        """
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
            members = _members(data, limits)
        except struct.error:
            raise damaged("压缩目录不完整") from None
        _check_sizes(members, limits)
        return cls(data, {member.name: member for member in members}, Budget(limits))

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
        if member.method == STORED:
            content = stored
        else:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                content = inflater.decompress(stored, member.size + 1)
            except zlib.error:
                raise _broken(member) from None
            if not inflater.eof:
                raise _broken(member)
        if len(content) != member.size or zlib.crc32(content) != member.crc:
            raise _broken(member)
        return content

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part's decompressed bytes in chunks, for parts too large to hold. Raises Unreadable."""
        member, stored = self.raw(name)
        crc = size = 0
        for piece in _inflate(member, stored):
            size += len(piece)
            if size > member.size:
                raise _broken(member)
            crc = zlib.crc32(piece, crc)
            yield piece
        if size != member.size or crc != member.crc:
            raise _broken(member)

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


def _broken(member: Member) -> Exception:
    return damaged(f"部件“{quotable(member.name)}”损坏或文件不完整")


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
        raise _broken(member) from None


def _directory(data: bytes) -> tuple[int, int, int]:
    """Where the central directory starts and ends, and how many entries it says it has."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0:
        raise damaged("文件不完整，可能没有复制完")
    _, disk, first_disk, here, count, size, offset, _ = _END.unpack_from(data, at)
    if 0xFFFF in (count, here) or 0xFFFFFFFF in (size, offset):
        sign, _, at64, _ = _END64_LOCATOR.unpack_from(data, max(0, at - _END64_LOCATOR.size))
        if sign == b"PK\x06\x07" and at64 < at:
            sign, _, _, _, disk, first_disk, here, count, size, offset = _END64.unpack_from(data, at64)
            if sign != b"PK\x06\x06":
                raise damaged("压缩目录不完整")
    if disk or first_disk or here != count or offset + size > at:
        raise damaged("压缩目录不完整")
    return offset, offset + size, count


def _members(data: bytes, limits: Limits) -> list[Member]:
    """The entries of the central directory, each checked against its local header. Raises struct.error."""
    at, end, count = _directory(data)
    if count > limits.max_parts:
        raise too_big(f"包内文件超过{limits.max_parts}个")
    listed: list[tuple[int, Member]] = []
    seen: set[str] = set()
    for _ in range(count):
        offset, member, at = _entry(data, at)
        if member.name.lower() in seen:
            raise damaged(f"包内有重复的文件“{quotable(member.name)}”")
        seen.add(member.name.lower())
        listed.append((offset, member))
    if at != end:
        raise damaged("压缩目录前后不一致")
    _check_overlap(listed, end)
    return [member for _, member in listed]


def _entry(data: bytes, at: int) -> tuple[int, Member, int]:
    """One directory entry: where its local header is, the member, where the next entry starts."""
    fields = _CENTRAL.unpack_from(data, at)
    sign, made_by, _, flags, method, dos_time, dos_date, crc, packed, size = fields[:10]
    name_size, extra_size, comment_size, _, internal_attr, external_attr, offset = fields[10:]
    if sign != b"PK\x01\x02":
        raise damaged("压缩目录不完整")
    extra = at + _CENTRAL.size + name_size
    stored_name = data[extra - name_size : extra]
    name = _name(stored_name, flags)
    if flags & _ENCRYPTED:
        raise locked()
    if method not in (STORED, DEFLATED):
        raise damaged("使用了不支持的压缩方法")
    if 0xFFFFFFFF in (packed, size, offset):
        size, packed, offset = _wide(data[extra : extra + extra_size], size, packed, offset)
    local = _LOCAL.unpack_from(data, offset)
    start = offset + _LOCAL.size + local[9] + local[10]
    if local[0] != b"PK\x03\x04" or data[offset + _LOCAL.size : start - local[10]] != stored_name:
        raise damaged(f"“{quotable(name)}”的目录与内容不一致")
    member = Member(
        name,
        stored_name,
        flags,
        method,
        dos_time,
        dos_date,
        crc,
        size,
        made_by,
        internal_attr,
        external_attr,
        start,
        start + packed,
    )
    return offset, member, extra + extra_size + comment_size


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Size, compressed size and offset, with those that do not fit 32 bits taken from the zip64 field."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            fields = iter(struct.unpack_from(f"<{length // 8}Q", extra, at + 4))
            wide = [next(fields, 0) if value == 0xFFFFFFFF else value for value in (size, packed, offset)]
            return wide[0], wide[1], wide[2]
        at += 4 + length
    raise damaged("压缩目录不完整")


def _name(stored: bytes, flags: int) -> str:
    """A part's name; refused when it could lead outside the package or be decoded in two ways."""
    try:
        name = stored.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise damaged("包内文件名无法识别") from None
    steps = name.split("/")
    if not name or name[0] == "/" or "\\" in name or ":" in name or "\0" in name or ".." in steps:
        raise damaged(f"包内有不安全的文件名“{quotable(name)}”")
    return name


def _check_overlap(listed: list[tuple[int, Member]], directory: int) -> None:
    """Refuse members that share bytes: that is how a small file decompresses without end."""
    free = 0
    for offset, member in sorted(listed, key=lambda entry: entry[0]):
        if offset < free:
            raise damaged("包内文件互相重叠")
        free = member.end
    if free > directory:
        raise damaged("包内文件互相重叠")


def _check_sizes(members: list[Member], limits: Limits) -> None:
    total = 0
    for member in members:
        packed = member.end - member.start
        total += member.size
        if member.size > limits.max_part or total > limits.max_total:
            raise too_big("解压后的内容超过限制")
        if member.size > limits.ratio_from and member.size > packed * limits.max_ratio:
            raise too_big(f"“{quotable(member.name)}”的压缩比异常")
        if member.method == STORED and packed != member.size:
            raise _broken(member)
