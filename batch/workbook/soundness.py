"""Whether a workbook of our own came out whole, before anybody is sent it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import IO, Final
from xml.parsers import expat

from batch.workbook.limits import damaged, quotable

_PIECE: Final = 256 * 1024
_XML: Final = (".xml", ".rels", ".vml")


def require_sound(path: Path) -> None:
    """Go through every part: all its bytes are there, and what is XML is well-formed.

    Unlike a unit's file ours is not bounded, since 明细数据 of a county has more cells than a submission may
    have. It is read in pieces. Raises Unreadable (F001) when something is wrong, OSError when it cannot be
    read.
    """
    try:
        with zipfile.ZipFile(path) as package:
            if "xl/workbook.xml" not in package.namelist():
                raise damaged("缺少工作簿主部件")
            for name in package.namelist():
                with package.open(name) as part:
                    _go_through(part, name)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        raise damaged("压缩包不完整") from None


def _go_through(part: IO[bytes], name: str) -> None:
    parser = expat.ParserCreate() if name.endswith(_XML) else None
    try:
        while piece := part.read(_PIECE):
            if parser is not None:
                parser.Parse(piece, False)
        if parser is not None:
            parser.Parse(b"", True)
    except expat.ExpatError:
        raise damaged(f"部件“{quotable(name)}”的内容有误") from None
