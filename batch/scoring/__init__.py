"""Recomputed rates, scores and grades beside the declared ones, never over them.

Doors: card, rules.
"""
