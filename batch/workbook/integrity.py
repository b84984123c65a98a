"""Verify that a workbook of ours or an annotated copy is complete and well-formed, before anybody is sent
it."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final
from urllib.parse import unquote
from xml.parsers import expat

from batch.model.book import Unreadable
from batch.model.limits import damaged, quotable
from batch.workbook.annotate.added_sheets import Workbook
from batch.workbook.annotate.package_edit import PackageEdit
from batch.workbook.package.package import Package
from batch.workbook.package.part_cache import is_frame
from batch.workbook.package.splice import CannotPatch, require_well_formed
from batch.workbook.read.xlsx import read_workbook

_PIECE: Final = 256 * 1024
_XML: Final = (".xml", ".rels")

#: a part as it is stored: name, method, checksum, size, compressed bytes
_Part = tuple[str, int, int, int, bytes]
#: parts of sound copies that are the same in those of many units: see `is_frame`
_KNOWN: Final[set[_Part]] = set()
_MOST_KNOWN: Final = 32


def require_sound(path: Path) -> None:
    """Check every part: complete, well-formed XML, relationships lead to existing parts.

    A unit's file is bounded, ours is not, since a county's 明细数据 has more cells than a submission may
    have; it is read in chunks. Raises Unreadable (F001) when something is wrong, OSError when it cannot be
    read.
    """
    try:
        with zipfile.ZipFile(path) as package:
            parts = {name.casefold() for name in package.namelist()}
            if "xl/workbook.xml" not in parts:
                raise damaged("缺少工作簿主部件")
            for name in package.namelist():
                with package.open(name) as part:
                    targets = _go_through(part, name)
                for target in targets:
                    if target.casefold() not in parts:
                        raise damaged(f"缺少部件“{quotable(target)}”")
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise damaged("压缩包不完整") from None


def _go_through(part: IO[bytes], name: str) -> list[str]:
    """Read a part to its end; for a list of relationships, the parts these lead to."""
    targets: list[str] = []
    folder = posixpath.dirname(posixpath.dirname(name))

    def start(tag: str, attrs: dict[str, str]) -> None:
        if tag.rpartition(":")[2] == "Relationship" and attrs.get("TargetMode") != "External":
            path = unquote(attrs.get("Target", "")).partition("#")[0]
            if path:
                targets.append(posixpath.normpath(posixpath.join("/", folder, path)).lstrip("/"))

    parser = expat.ParserCreate() if name.endswith(_XML) else None
    if parser is not None and name.endswith(".rels"):
        parser.StartElementHandler = start
    try:
        while piece := part.read(_PIECE):
            if parser is not None:
                parser.Parse(piece, False)
        if parser is not None:
            parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged(f"部件“{quotable(name)}”的内容有误") from None
    return targets


class Originals:
    """The workbooks as submitted, which their annotated copies are compared with."""

    def __init__(self, files: Iterable[bytes]) -> None:
        self._packages: list[Package] = []
        for data in files:
            try:
                self._packages.append(Package.open(data))
            except Unreadable:
                # another format, or locked: its copy is written anew and read in full
                continue
        self._parts = {part for package in self._packages for part in _parts(package)}

    def require_sound(self, copy: bytes, name: str) -> None:
        """Check what is new in a copy: complete parts, well-formed XML, no broken relationships.

        Parts equal byte for byte to those of an original or of a copy that was checked are not checked again:
        that took as long as reading the file. A copy without any such part is checked in full. Raises
        Unreadable.
        """
        package = Package.open(copy)
        parts = _parts(package)
        changed = [part for part in parts if part not in self._parts]
        if len(changed) == len(parts):
            read_workbook(copy, name)
            return
        loose = _checked(package, changed)
        # what led nowhere in the unit's own workbook may do so in its copy
        if loose and not loose <= self._loose():
            raise damaged("批注件缺少部件")
        self._parts.update(parts)

    def _loose(self) -> set[str]:
        found: set[str] = set()
        for package in self._packages:
            # a document or another package that is no workbook
            with suppress(CannotPatch, Unreadable):
                found |= _loose(PackageEdit(package))
        return found


def require_sound_book(book: bytes) -> None:
    """Check a whole workbook of ours that is made for one unit. Raises Unreadable."""
    package = Package.open(book)
    if _checked(package, _parts(package)):
        raise damaged("工作簿缺少部件")


def _checked(package: Package, parts: Iterable[_Part]) -> set[str]:
    """What is `_loose` in a package, some parts of which are checked to be whole. Raises Unreadable."""
    draft = PackageEdit(package)
    new = [part for part in parts if part not in _KNOWN]
    try:
        for name, *_ in new:
            content = draft.read(name)
            if name.endswith(_XML):
                require_well_formed(content)
        loose = _loose(draft)
    except CannotPatch as error:
        raise damaged(error.reason) from error
    if len(_KNOWN) >= _MOST_KNOWN:
        _KNOWN.clear()
    _KNOWN.update(part for part in new if is_frame(part[0], part[3]))
    return loose


def _parts(package: Package) -> list[_Part]:
    found = []
    for name in package.names():
        member, stored = package.raw(name)
        found.append((name, member.method, member.crc, member.size, stored))
    return found


def _loose(draft: PackageEdit) -> set[str]:
    """Relationships without target, unreadable lists of relationships, and named sheets without a part."""
    found = {tab.name for tab in Workbook(draft).tabs() if not tab.part}
    for name in draft.package.names():
        folder, _, last = name.rpartition("_rels/")
        if last.endswith(".rels"):
            try:
                leads = draft.relations(folder + last.removesuffix(".rels"))
            except Unreadable:
                # of a part that nobody reads: broken in the unit's workbook, it is as broken in the copy
                found.add(name)
                continue
            found |= {rel.target for rel in leads if not rel.external and not draft.has(rel.target)}
    return found
