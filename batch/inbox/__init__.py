"""Which files in the inbox are submissions: listed once they have settled, never changed.

Doors: listing, overlap, scan, snapshot.
"""
