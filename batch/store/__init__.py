"""What the bureau remembers from night to night: one SQLite file below the outbox.

Doors: archived, batch_record, claims, decisions, history, lazy_sequence, ledger, mails, published_files,
unit_tables, units.
"""
