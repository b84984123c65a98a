"""The folder others look at: staged, published as a whole, locked while one batch works in it.

Doors: archives, lock, lock_file, log, paths, planning, publish, state_file.
"""
