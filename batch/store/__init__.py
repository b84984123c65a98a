"""What the bureau remembers from night to night: one SQLite file below the outbox.

Doors: archived, cache, history, in_turn, ledger, mails, memory, published, spool.
"""
