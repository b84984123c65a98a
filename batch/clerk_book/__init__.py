"""经办台账.xlsx, the clerk's own book: read every night, rows added to it, nothing else changed.

Doors: asked_rows, blank, effects, reading, update.
"""
