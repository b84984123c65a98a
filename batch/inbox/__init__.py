"""Which files in the inbox are submissions: listed, settled, never changed.

Doors: listing, overlap, scan, snapshot.
"""
