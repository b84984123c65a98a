"""File names: printable forms of names on disk, and safe names made from untrusted text."""

from __future__ import annotations

import hashlib
import os
import re
import sys
import unicodedata

#: what Windows does not take in a name, and control characters
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)?", re.IGNORECASE
)
#: characters of one part: Windows takes 260 for a whole path, and two parts stand below the staging folder
_LONGEST = 60
#: bytes: Linux takes 255, and an ending or a number may still come behind
_MOST_BYTES = 200
_DIGITS = 6
#: .xlsx, .jsonl: what says which program opens a file
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
#: what no text for people may hold: control characters, line ends, halves of surrogate pairs
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNKNOWN = "\ufffd"


def printable_name(name: str) -> str:
    """The name of a file or folder as a text that can be shown, stored and mailed.

    On Unix a name is bytes: UTF-8, or GBK from old zip files or shares; undecodable bytes become replacement
    characters. Different names may give the same text.
    """
    if name.isascii() and name.isprintable():
        return name
    return _NO_TEXT.sub(_UNKNOWN, _decoded(name))


def _decoded(name: str) -> str:
    if sys.platform == "win32":
        return name
    try:
        raw = os.fsencode(name)
        return raw.decode("utf-8")
    except UnicodeEncodeError:
        return name
    except UnicodeDecodeError:
        try:
            text = raw.decode("gb18030")
        except UnicodeDecodeError:
            text = ""
        # bytes of other encodings often come out as characters that are assigned to nothing
        return text if text.isprintable() and text else raw.decode("utf-8", "replace")


def ending_of(name: str) -> str:
    """The extension of a file's name, ".xlsx", in lower case, half width and without trailing blanks."""
    text = unicodedata.normalize("NFKC", name).replace("。", ".").strip().lower()
    stem, dot, ending = text.rpartition(".")
    return dot + ending if stem else ""


def alike_on_disk(path: str) -> str:
    """A key that is equal for paths that are one file on some system: Windows ignores case, macOS
    composition."""
    return unicodedata.normalize("NFC", path).casefold()


def safe_name(text: str) -> str:
    """One path component made from a text of a file: no separators, nothing Windows refuses, never empty.

    An over-long one is cut before its extension, and a few digits of a hash of the whole text are added.
    """
    name = _cleaned(text)
    if _too_long(name):
        ending = _ENDING.search(name)
        name = _marked(name, text, ending[0] if ending else "")
    return f"_{name}" if not name or _RESERVED.fullmatch(name) else name


def own_name(text: str) -> str:
    """Like `safe_name`, but distinct for different texts on every system, without comparing them.

    A text that is not a valid name as it stands, or that some system would not distinguish from another, gets
    a few digits of its hash.
    """
    name = _cleaned(text)
    plain = name == text == alike_on_disk(text) and not _too_long(name) and not _RESERVED.fullmatch(name)
    return name if plain else _marked(name, text)


def _cleaned(text: str) -> str:
    return _UNSAFE.sub("_", text).strip(" .")


def _too_long(name: str) -> bool:
    return len(name) > _LONGEST or _bytes(name) > _MOST_BYTES


def _marked(name: str, text: str, ending: str = "") -> str:
    """A name with a few digits of its text's hash, short enough for every system."""
    kept = f"~{hashlib.sha256(_encoded(text)).hexdigest()[:_DIGITS]}{ending}"
    name = name[: _LONGEST - len(kept)]
    while _bytes(name) + len(kept) > _MOST_BYTES:
        name = name[:-1]
    return name.rstrip(" .") + kept


def _bytes(name: str) -> int:
    return len(_encoded(name))


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
