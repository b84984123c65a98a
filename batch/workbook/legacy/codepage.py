"""Detect the encoding of an old Excel file that does not state it, by the decoded text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: Chinese encodings, and where their commonest characters stand: first bytes from … to
_CHINESE: Final = {"gb18030": (0xB0, 0xD7), "big5": (0xA4, 0xC6)}
#: of the Chinese characters of a text at least so many are common ones
_COMMON: Final = 0.7


def encoding_of(texts: Iterable[bytes]) -> str:
    """The likely encoding of some texts of one file: UTF-8, GB 18030 or Big5; "" when none is likely."""
    data = b"\n".join(texts)
    if data.isascii():
        return ""
    try:
        data.decode()
    except UnicodeDecodeError:
        shares = {encoding: _share(data, encoding) for encoding in _CHINESE}
        best = max(shares, key=lambda encoding: shares[encoding])
        return best if shares[best] >= _COMMON else ""
    return "utf-8"


def _share(data: bytes, encoding: str) -> float:
    """The share of common characters among the non-ASCII ones; 0 when decoding fails."""
    try:
        signs = [sign for sign in data.decode(encoding) if not sign.isascii()]
    except UnicodeDecodeError:
        return 0.0
    first, last = _CHINESE[encoding]
    common = sum(first <= sign.encode(encoding)[0] <= last for sign in signs)
    return common / len(signs) if signs else 0.0
