"""Where everything of a form stands on a sheet, found by its labels.

Doors: numerals, years.
"""
