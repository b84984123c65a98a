"""The engine over a pack's forms: their labels, where they stand, what is filled in, how they are drawn.

No doors: only its own room comes here.
"""
