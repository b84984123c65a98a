"""Makes what a unit comes to (`batch.model.unit_facts`): its figures, filled values, ties and scores.

Doors: facts, figure_rules.
"""
