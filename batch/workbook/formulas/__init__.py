"""Calculate formulas in decimals: results for cells that were saved without them.

Doors: evaluate, formula_values, nodes, parse, recalculate.
"""
