"""A pack's forms as objects, and the comparison of labels.

Doors: instructions, labels, load, report_words, spec.
"""
