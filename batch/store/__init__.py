"""What the bureau remembers from night to night: one SQLite file below the outbox.

Doors: archived, cache, decisions, history, lazy_sequence, ledger, mails, published_files, record, spool.
"""
