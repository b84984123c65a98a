"""What the bureau's clerk decides and notes, and what became of it.

Doors: effects.
"""
