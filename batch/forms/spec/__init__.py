"""A pack's forms as objects, and the labels by which they are known.

Doors: instructions, labels, report_words, spec.
"""
