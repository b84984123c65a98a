"""The written report: opened safely, split into sentences, its figures extracted by explainable patterns.

Doors: breakdowns, facts, mentions, ownership, phrases, reader, relations, sentences, stated_figures.
"""
