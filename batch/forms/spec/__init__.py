"""A pack's forms as objects, and the labels by which they are known.

Doors: instructions, labels, load, report_words, spec.
"""
