"""Makes what a unit comes to (`batch.model.unit_facts`): its figures, filled values, ties and scores.

Doors: briefing, facts, figure_rules, shown_figures.
"""
