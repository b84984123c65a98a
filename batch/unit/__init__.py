"""From the bytes of one unit's files to its review and copies, and whose file it is.

Doors: identity, inbox_work, review_bundle, stored_unit, tasks.
"""
