"""How checks work, whatever they check: the catalogue, places, amounts, ties, outcomes and findings.

Doors: across, amount, answers, catalogue, check_words, describe, evaluate, fields, formulas, indicator,
marking, places, printed, progress, requested_cells, rulings, scoring_keys, tolerance, unsigned_rates.
"""
