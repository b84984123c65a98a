"""The physical limit: inflate a package, let expat see every byte of XML, deflate what a copy changes.

Nothing is understood and nothing is checked. Whatever reads a workbook and writes an annotated copy of it
does at least this much.
"""

from __future__ import annotations

import io
import zipfile
from xml.parsers.expat import ParserCreate

Parts = dict[str, bytes]


def floor(data: bytes, changed: Parts) -> int:
    """What no reader and writer of `data` can do without; `changed` see `changed_parts`."""
    return scan(data) + deflate(changed)


def scan(data: bytes) -> int:
    """Inflate every part and let expat see the XML of it, no handler set; the number of inflated bytes."""
    size = 0
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for name in package.namelist():
            content = package.read(name)
            size += len(content)
            if name.endswith((".xml", ".rels", ".vml")):
                ParserCreate().Parse(content, True)
    return size


def changed_parts(data: bytes, copy: bytes) -> Parts:
    """The inflated parts of an annotated copy that are not in the original as they are."""
    before, after = _parts(data), _parts(copy)
    return {name: content for name, content in after.items() if before.get(name) != content}


def _parts(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def deflate(parts: Parts) -> int:
    """Pack parts with zlib's default level; the size of the package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.tell()
