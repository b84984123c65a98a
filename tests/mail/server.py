"""A real mail server on loopback that encrypts, asks for a login, and refuses what a test tells it to."""

from __future__ import annotations

import email
import email.policy
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "jixiao", "correct-horse"


@dataclass
class Received:
    """One mail as the server took it."""

    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        message = email.message_from_bytes(self.raw, policy=email.policy.default)
        assert isinstance(message, EmailMessage)
        return message

    def attached(self) -> dict[str, bytes]:
        """Attachments by their decoded names."""
        return {part.get_filename() or "": part.get_content() for part in self.message.iter_attachments()}

    def body(self, kind: str) -> str:
        """The body as "plain" or "html"."""
        part = self.message.get_body((kind,))
        assert part is not None
        return str(part.get_content())


@dataclass
class Office:
    """What the server does and what it got. An answer of a hook other than "" is given to the client."""

    received: list[Received] = field(default_factory=list)
    logins: int = 0
    connections: int = 0
    #: given the address, before it is accepted
    on_recipient: Callable[[str], str] = lambda _: ""
    #: given the mail, after it was taken
    on_data: Callable[[Received], str] = lambda _: ""

    def handle_STARTTLS(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> bool:
        self.connections += 1
        return True

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_recipient(address)
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        mail = Received(list(envelope.rcpt_tos), envelope.content)
        self.received.append(mail)
        answer = self.on_data(mail)
        if answer:
            self.received.remove(mail)
        return answer or "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        self.logins += 1
        right = isinstance(data, LoginPassword) and data == LoginPassword(USER.encode(), PASSWORD.encode())
        # not handled: the server itself tells the client no
        return AuthResult(success=right, handled=right)


class Server(Controller):
    """The server; with a certificate it takes mail over STARTTLS after a login only, else in the clear."""

    def __init__(self, office: Office, tls: ssl.SSLContext | None) -> None:
        self.office = office
        secured: dict[str, Any] = {}
        if tls is not None:
            secured = {
                "tls_context": tls,
                "require_starttls": True,
                "auth_required": True,
                "authenticator": office.authenticate,
            }
        # named, or it would ask the name service who it is
        super().__init__(
            office, hostname="127.0.0.1", port=free_port(), server_hostname="localhost", **secured
        )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
