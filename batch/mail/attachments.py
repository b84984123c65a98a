"""Bring attachments under the size limit: unchanged, else zipped, else a note where they are."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

from batch.mail.mime_message import Attachment, money_total

_MEGABYTE = 1_000_000


def fitted(
    attachments: Sequence[Attachment], archive: str, where: str, max_mb: float
) -> tuple[tuple[Attachment, ...], str]:
    """What can be attached within `max_mb`, and a sentence for the reader when that is not all of it.

    `archive` is the name of the zipped copy, `where` says in Chinese where the files lie.
    """
    limit = max_mb * _MEGABYTE
    if money_total(attachments) <= limit:
        return tuple(attachments), ""
    packed = Attachment(archive, _zipped(attachments))
    if packed.size <= limit:
        return (packed,), "附件较大，已压缩，请解压后查看。"
    return (), f"附件超过{max_mb:g}MB，没有随邮件发送，请到{where}查看。"


def _zipped(attachments: Sequence[Attachment]) -> bytes:
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for attachment in attachments:
            # without a date of its own: the same files give the same archive
            entry = zipfile.ZipInfo(attachment.name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            package.writestr(entry, attachment.data)
    return whole.getvalue()
