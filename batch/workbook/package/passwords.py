"""Files with an open password, opened with the passwords the bureau gives; nothing is guessed."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from batch.model.book import Unreadable
from batch.model.limits import Limits, locked
from batch.workbook.package.child_process import run_bounded

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Excel encrypts workbooks that may be read by everybody but changed only with a password with this one,
#: and opens them without asking (MS-OFFCRYPTO 2.4.2.3); to the unit such a file has no open password
_READ_ONLY: Final = "VelvetSweatshop"


def unlock_package(data: bytes, passwords: Sequence[str], limits: Limits) -> bytes:
    """The OOXML package inside an encrypted file (see `sniffing.is_encrypted`). Raises Unreadable (F002)."""
    try:
        return run_bounded(
            unlock, data, tuple(passwords), seconds=limits.max_seconds, memory=limits.max_memory
        )
    except Unreadable:
        # whatever went wrong inside: without the password nobody can tell
        raise locked() from None


def unlock(data: bytes, passwords: Sequence[str]) -> bytes:
    """The decrypted file, .xls or OOXML. For child processes only. Raises Unreadable (F002)."""
    from msoffcrypto import OfficeFile

    for password in (_READ_ONLY, *passwords):
        try:
            file: Any = OfficeFile(io.BytesIO(data))
            check = {"verify_password": True} if file.format == "ooxml" else {}
            file.load_key(password=password, **check)
            plain = io.BytesIO()
            file.decrypt(plain)
        except Exception:  # noqa: BLE001, S112 - a wrong password and a strange cipher raise all sorts of things
            continue
        return plain.getvalue()
    raise locked()
