"""Ties as exact linear rows over cells: the fewest cells to correct, the values that fit, and the causes.

Doors: cause_rules, causes, proof, rows.
"""
