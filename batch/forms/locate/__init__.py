"""Where the parts of a form are on a sheet, found by its labels.

Doors: numerals, years.
"""
