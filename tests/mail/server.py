"""A real mail server on loopback that encrypts, asks for a login, and refuses what a test tells it to."""

# ruff: noqa: ARG002, N802 - methods as the library calls them

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

    def handle_STARTTLS(self, server: SMTP, session: Session, envelope: Envelope) -> bool:
        self.connections += 1
        return True

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.on_recipient(address)
        if not refusal:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
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
    """The server: "starttls" and "tls" with login, "none" without."""

    def __init__(self, office: Office, security: str, tls: ssl.SSLContext) -> None:
        self.office = office
        secured: dict[str, Any] = {}
        if security != "none":
            secured["authenticator"] = office.authenticate
        if security == "starttls":
            secured |= {"tls_context": tls, "require_starttls": True, "auth_required": True}
        if security == "tls":
            # the connection is encrypted before this server could know
            secured |= {"ssl_context": tls, "auth_require_tls": False}
        # named, or it would ask the name service who it is
        super().__init__(
            office, hostname="127.0.0.1", port=free_port(), server_hostname="localhost", **secured
        )


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
