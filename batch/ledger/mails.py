"""The journal of mails: one row a mail, written before it is sent and after, so that it is sent once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection

_TABLE = """
CREATE TABLE IF NOT EXISTS mails (
    message_id TEXT PRIMARY KEY,
    batch TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- addresses, as JSON: all the mail is for, and those a server has taken it for
    recipients TEXT NOT NULL,
    delivered TEXT NOT NULL DEFAULT '[]',
    -- sending: handed over, no answer yet for some; sent: taken for everybody; failed: see reason
    state TEXT NOT NULL CHECK (state IN ('sending', 'sent', 'failed')),
    reason TEXT NOT NULL DEFAULT '',
    attempts INTEGER NOT NULL DEFAULT 0,
    -- UTC, for whoever looks into it; nothing depends on it
    changed TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
)
"""


def create_mails(connection: sqlite3.Connection) -> None:
    """Make the table where it is missing."""
    with connection:
        connection.execute(_TABLE)


class Mails:
    """The table `mails` of the ledger as a journal; see batch.mail.book for what each call means."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def delivered(self, message_id: str) -> frozenset[str]:
        """The addresses a server has taken the mail for."""
        query = "SELECT delivered FROM mails WHERE message_id = ?"
        row = self._connection.execute(query, (message_id,)).fetchone()
        return frozenset(json.loads(row[0])) if row else frozenset()

    def sending(self, message_id: str, *, batch: str, kind: str, recipients: Collection[str]) -> None:
        """Record that the mail is about to be handed over; of one that is known, that it is tried again."""
        with self._connection:
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
        with self._connection:
            self._connection.execute(
                "UPDATE mails SET state = ?, delivered = ?, changed = CURRENT_TIMESTAMP WHERE message_id = ?",
                (state, json.dumps(sorted(delivered)), message_id),
            )

    def failed(self, message_id: str, reason: str) -> None:
        """Record why it was not taken, or not for everybody."""
        with self._connection:
            self._connection.execute(
                "UPDATE mails SET state = 'failed', reason = ?, changed = CURRENT_TIMESTAMP"
                " WHERE message_id = ?",
                (reason, message_id),
            )
