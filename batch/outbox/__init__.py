"""The outbox, the folder others look at: staged, published as a whole, locked while one batch works in it.

Doors: archive_check, lock, log, paths, publish, publish_plan, state_file, unchanged.
"""
