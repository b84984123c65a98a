"""The outbox, the folder others look at: staged, published as a whole, locked while one batch works in it.

Doors: archive_check, durable, lock, log, paths, publish, publish_plan, state_file, unchanged.
"""
