"""Written reports: opened safely, cut into sentences, their figures found by patterns anybody can explain.

Doors: belonging, breakdowns, facts, figures, mentions, opening, phrases, relations, sentences.
"""
