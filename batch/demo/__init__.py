"""A small county made up from scratch, to see two nights with before one's own data is there.

Doors: rounds.
"""
