"""From the bytes of one unit's files to its review and copies, and whose file it is.

Doors: identity, inbox_work, packed_unit, review_bundle, tasks.
"""
