"""Whether a workbook of our own came out whole, before anybody is sent it."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from pathlib import Path
from typing import IO, Final
from urllib.parse import unquote
from xml.parsers import expat

from batch.workbook.limits import damaged, quotable

_PIECE: Final = 256 * 1024
_XML: Final = (".xml", ".rels")


def require_sound(path: Path) -> None:
    """Go through every part: all its bytes are there, XML is well-formed, relationships lead to parts.

    Unlike a unit's file ours is not bounded, since 明细数据 of a county has more cells than a submission may
    have. It is read in pieces. Raises Unreadable (F001) when something is wrong, OSError when it cannot be
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
    """Read a part to its end; the parts it leads to when it is a list of relationships."""
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
