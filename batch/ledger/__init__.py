"""What the bureau remembers from night to night: one SQLite file below the outbox."""
