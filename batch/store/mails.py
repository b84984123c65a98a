"""The journal of mails: one row a mail, written before it is sent and after, so that it is sent once.

`recipients` are all addresses the mail is for, `delivered` those a server has taken it for, both as JSON.
`state` is "sending" (handed over, no answer yet for some), "sent" (taken for everybody) or "failed" (see
`reason`). `changed` is UTC, for whoever looks into it; nothing depends on it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

from batch.store.ledger import transaction


class Mails:
    """The table `mails` of the ledger as a journal; see batch.mail.mail_journal for what each call means."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def delivered(self, message_id: str) -> frozenset[str]:
        """The addresses a server has taken the mail for."""
        query = "SELECT delivered FROM mails WHERE message_id = ?"
        row = self._connection.execute(query, (message_id,)).fetchone()
        return frozenset(json.loads(row[0])) if row else frozenset()

    def sending(self, message_id: str, *, batch: str, kind: str, recipients: Collection[str]) -> None:
        """Record that the mail is about to be handed over; of one that is known, that it is tried again."""
        with transaction(self._connection):
            self._connection.execute(
                "INSERT INTO mails (message_id, batch, kind, recipients, state, attempts)"
                " VALUES (?, ?, ?, ?, 'sending', 1) ON CONFLICT (message_id) DO UPDATE SET"
                " recipients = excluded.recipients, state = 'sending', reason = '',"
                " attempts = attempts + 1, changed = CURRENT_TIMESTAMP",
                (message_id, batch, kind, json.dumps(sorted(recipients))),
            )

    def sent(self, message_id: str, recipients: Collection[str]) -> None:
        """Record that the server has taken the mail for these addresses."""
        delivered = self.delivered(message_id) | set(recipients)
        query = "SELECT recipients FROM mails WHERE message_id = ?"
        wanted = json.loads(self._connection.execute(query, (message_id,)).fetchone()[0])
        state = "sent" if delivered.issuperset(wanted) else "sending"
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE mails SET state = ?, delivered = ?, changed = CURRENT_TIMESTAMP WHERE message_id = ?",
                (state, json.dumps(sorted(delivered)), message_id),
            )

    def failed(self, message_id: str, reason: str) -> None:
        """Record why it was not taken, or not for everybody."""
        with transaction(self._connection):
            self._connection.execute(
                "UPDATE mails SET state = 'failed', reason = ?, changed = CURRENT_TIMESTAMP"
                " WHERE message_id = ?",
                (reason, message_id),
            )
