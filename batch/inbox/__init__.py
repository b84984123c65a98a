"""Which files in the inbox are submissions: listed, settled, never changed.

Doors: apart, covered, looking, scan.
"""
