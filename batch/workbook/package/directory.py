"""The central directory of a zip package, checked entry by entry against the local headers.

It is parsed here rather than by `zipfile`: two readers that disagree about a package (duplicate names,
overlapping members, false sizes) are how a workbook shows one thing to the clerk and another to us.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

from batch.model.limits import Limits, damaged, locked, quotable, too_big

STORED: Final = 0
DEFLATED: Final = 8

_END = struct.Struct("<4sHHHHIIH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQHHIIQQQQ")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_ENCRYPTED = 0x1
_UTF8 = 0x800


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


def broken(member: Member) -> Exception:
    """The error to raise for a member whose bytes are not what the directory says."""
    return damaged(f"部件“{quotable(member.name)}”损坏或文件不完整")


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


def members_of(data: bytes, limits: Limits) -> list[Member]:
    """The entries of the central directory, each checked against its local header. Raises struct.error."""
    at, end, count = _directory(data)
    if count > limits.max_parts:
        raise too_big(f"包内文件超过{limits.max_parts}个")
    listed: list[tuple[int, Member]] = []
    seen: set[str] = set()
    for _ in range(count):
        offset, member, at = _entry(data, at)
        folded = member.name.lower()
        if folded in seen:
            raise damaged(f"包内有重复的文件“{quotable(member.name)}”")
        seen.add(folded)
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
        # the two agree on ASCII, which Python decodes without a table
        name = stored.decode("utf-8" if flags & _UTF8 or stored.isascii() else "cp437")
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


def check_sizes(members: list[Member], limits: Limits) -> None:
    """Refuse a package that decompresses to more than its limits. Raises Unreadable."""
    total = 0
    for member in members:
        packed = member.end - member.start
        total += member.size
        if member.size > limits.max_part or total > limits.max_total:
            raise too_big("解压后的内容超过限制")
        if member.size > limits.ratio_from and member.size > packed * limits.max_ratio:
            raise too_big(f"“{quotable(member.name)}”的压缩比异常")
        if member.method == STORED and packed != member.size:
            raise broken(member)
