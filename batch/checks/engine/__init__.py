"""How checks work, whatever they check: the catalogue, places, amounts, ties, outcomes and findings.

Doors: across, amount, answers, batch_checks, catalogue, check_words, collect, describe, edited, evaluate,
fields, form_words, formulas, indicator, marking, place, places, printed, progress, requested_cells, rulings,
scoring_keys, tolerance, unsigned_rates.
"""
