"""Written reports: opened safely, cut into sentences, their figures found by patterns anybody can explain.

Doors: breakdowns, facts, mentions, ownership, phrases, reader, relations, sentences, stated_figures.
"""
