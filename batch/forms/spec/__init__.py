"""A pack's forms as objects, and the comparison of labels.

Doors: instructions, label_matching, labels, load, output_words, report_words, spec.
"""
