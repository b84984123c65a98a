"""How checks work, whatever they check: the catalogue, places, amounts, ties, outcomes and findings.

Doors: across, amount, answers, catalogue, describe, evaluate, fields, formulas, gone, indicator, marking,
places, printed, progress, tolerance, unsigned_rates.
"""
