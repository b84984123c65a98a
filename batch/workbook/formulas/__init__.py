"""Formulas worked out in decimals: results for cells that were saved without them.

Doors: parse, recalculate, values.
"""
