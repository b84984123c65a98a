"""The annotated copy: the unit's own bytes with marks, notes and added sheets.

Doors: annotate, edit_cells, fallback, new_book, own_sheets.
"""
