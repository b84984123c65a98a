"""Which files in the inbox are submissions: scanned, settled, never changed."""
