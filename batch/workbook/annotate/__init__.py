"""The annotated copy: the unit's own bytes with marks, notes and added sheets.

Doors: annotate, fallback, new_book, own_marks, type_in.
"""
