"""One mail as a MIME message: parts, Message-ID, bytes. Equal content and date give equal bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime
from pathlib import PurePosixPath

from batch.config.mail_settings import Mailbox
from batch.mail.words import one_line
from batch.model.filenames import safe_name

_TYPES = {
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "vnd.ms-excel.sheet.macroEnabled.12",
    ".zip": "zip",
}
#: an encoded name of this many characters still fits the longest line a mail may have
_LONGEST_NAME = 80
# lines are broken here and not by the library, so that every Python writes the same bytes
_POLICY = compat32.clone(linesep="\r\n", max_line_length=None)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    data: bytes

    @property
    def size(self) -> int:
        """Bytes as it travels: base64 with line ends."""
        return (len(self.data) + 56) // 57 * 78


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to be sent to people who are in the settings or the roster."""

    #: "rollup", "unit" or "failure"
    kind: str
    batch: str
    sender: Mailbox
    to: tuple[Mailbox, ...]
    subject: str
    text: str
    html: str
    #: what makes it a mail of its own: letters of one kind and identity go to nobody twice
    identity: str
    cc: tuple[Mailbox, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        """All addresses, each once."""
        return tuple(dict.fromkeys(box.address for box in (*self.to, *self.cc)))

    @property
    def message_id(self) -> str:
        """The same letter always has the same, whoever is added to its readers later."""
        domain = self.sender.address.rpartition("@")[2]
        return f"<jixiao.{self._digest()}@{domain}>"

    def as_bytes(self, date: datetime) -> bytes:
        """The message as it travels, ASCII with CRLF; a date without a zone says nothing about the zone."""
        boundary = f"=_jixiao_{self._digest()}"
        alternative = MIMEMultipart("alternative", boundary=f"{boundary}_a")
        # readers take the last part they understand
        alternative.attach(MIMEText(self.text, "plain", "utf-8"))
        alternative.attach(MIMEText(self.html, "html", "utf-8"))
        whole = MIMEMultipart("mixed", boundary=boundary)
        whole.attach(alternative)
        for attachment in self.attachments:
            whole.attach(_part(attachment))
        whole["Subject"] = _encoded(one_line(self.subject))
        whole["From"] = self.sender.header
        whole["To"] = ",\n ".join(box.header for box in self.to)
        if self.cc:
            whole["Cc"] = ",\n ".join(box.header for box in self.cc)
        whole["Date"] = format_datetime(date)
        whole["Message-ID"] = self.message_id
        # no holiday notice comes back
        whole["Auto-Submitted"] = "auto-generated"
        return whole.as_bytes(policy=_POLICY)

    def _digest(self) -> str:
        return digest(self.kind, self.identity)[:32]


def digest(*parts: str | bytes) -> str:
    """A digest of texts and bytes that no other row of them has."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(b"%d\0" % len(data))
        whole.update(data)
    return whole.hexdigest()


def _part(attachment: Attachment) -> MIMEApplication:
    name = _short(attachment.name)
    subtype = _TYPES.get(PurePosixPath(name).suffix.lower(), "octet-stream")
    part = MIMEApplication(attachment.data, subtype)
    # RFC 2231 for programs of this century; old ones look at the type for a name written like a subject
    part.replace_header("Content-Type", f'application/{subtype};\n name="{_encoded(name)}"')
    part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _short(name: str) -> str:
    path = PurePosixPath(safe_name(one_line(name, 1000)))
    ending = path.suffix[:10]
    return path.name if len(path.name) <= _LONGEST_NAME else path.stem[: _LONGEST_NAME - len(ending)] + ending


def _encoded(text: str) -> str:
    """Encoded words of at most 75 characters, on lines of their own."""
    return Header(text, "utf-8", maxlinelen=66).encode(linesep="\n")


def money_total(attachments: Sequence[Attachment]) -> int:
    """Bytes that attachments take in a mail."""
    return sum(attachment.size for attachment in attachments)
