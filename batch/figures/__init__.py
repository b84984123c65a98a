"""What a unit comes to: its figures, filled values, ties and scores, for checks across units and outputs.

Doors: details, facts, last_year, spending, tie_facts.
"""
