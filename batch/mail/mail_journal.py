"""The interface of the journal of mails: asked before a mail is sent, updated before and after."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol


class MailBook(Protocol):
    """Who has got which mail. Every call is durable when it returns.

    A mail is known by its Message-ID. The process may be killed between `sending` and `sent`: then nobody
    knows whether the server took the mail, and it goes out again under the same Message-ID, so that
    receivers who have it can drop the second. A mail too many is a nuisance, a mail that never came is a
    unit that was not told.
    """

    def delivered(self, message_id: str) -> frozenset[str]:
        """The addresses a server has taken the mail for."""

    def sending(self, message_id: str, *, batch: str, kind: str, recipients: Collection[str]) -> None:
        """The mail is about to be handed to the server for `recipients`."""

    def sent(self, message_id: str, recipients: Collection[str]) -> None:
        """The server has taken it for `recipients`."""

    def failed(self, message_id: str, reason: str) -> None:
        """It was not taken, or not for everybody; `reason` in Chinese. The next run tries again."""
