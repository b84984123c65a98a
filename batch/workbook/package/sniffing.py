"""The type of a file by its content. File names are unreliable: .xls files are HTML, .et files are .xls,
and so on."""

from __future__ import annotations

import re
import struct
from typing import Final, Literal

Container = Literal["zip", "ole2", "html", "text", "empty", "unknown"]

#: kinds of entries in an OLE2 container: a folder, a file
STORAGE: Final = 1
STREAM: Final = 2

_OLE2: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEAD: Final = 4096
#: signs of programs that encrypt files unseen, and how far from the beginning they stand
_ENCRYPTERS: Final = (
    b"E-SafeNet",
    b"%TSD-Header",
    b"SCDSA0",
    b"DRMONE",
    b"Fasoo",
    b"NSE1",
    b"LDGDOC",
    b"IP-guard",
)
_SIGNED: Final = 256
_HTML = re.compile(
    r"""(?:<\?xml[^>]*+>\s*+|<!--.*?-->\s*+)*+
    <(?:!doctype\s+html|html|head|meta|body|table|style|div)\b""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_FOREIGN = re.compile(r"%PDF|\{\\rtf|<|MIME-Version:", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def sniff(data: bytes) -> Container:
    """The type of a file by its bytes: "zip" (xlsx, ods), "ole2" (xls, et, password-protected xlsx),
    "html", "text" (csv, tsv), "empty" (nothing or blanks only), or "unknown"."""
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if data.startswith(_OLE2):
        return "ole2"
    head = _text(data[:_HEAD]).lstrip("\ufeff \t\r\n")
    if not head:
        return "empty" if not data[_HEAD:].strip() else "unknown"
    if _HTML.match(head):
        return "html"
    if _FOREIGN.match(head) or _CONTROL.search(head):
        return "unknown"
    return "text"


def holds_entry(data: bytes, name: str, kind: int = STREAM) -> bool:
    """Whether the bytes are an OLE2 container with a directory entry of that name, STREAM or STORAGE."""
    if not data.startswith(_OLE2):
        return False
    # the entry as it is stored: the name in 64 bytes, its length with the final NUL, the kind (MS-CFB 2.6.1)
    spelled = name.encode("utf-16-le")
    entry = spelled.ljust(64, b"\0") + struct.pack("<HB", len(spelled) + 2, kind)
    at = data.find(entry)
    while at >= 0 and at % 128:
        at = data.find(entry, at + 1)
    return at >= 0


def is_encrypted(data: bytes) -> bool:
    """Whether the bytes are an OLE2 container that holds an encrypted OOXML package."""
    return holds_entry(data, "EncryptedPackage")


def is_rights_managed(data: bytes) -> bool:
    """Whether the bytes are an OLE2 container encrypted by a rights management server; no password opens
    it."""
    return holds_entry(data, "DRMEncryptedTransform", STORAGE) or holds_entry(data, "\x09DRMContent")


def is_company_encrypted(data: bytes) -> bool:
    """Whether the bytes carry the signature of a program that encrypts all files an office saves."""
    head = data[:_SIGNED]
    return any(sign in head for sign in _ENCRYPTERS)


def _text(head: bytes) -> str:
    """The beginning of a file decoded well enough to see tags and control characters in any encoding."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    return head.decode("latin-1").removeprefix("\xef\xbb\xbf")
