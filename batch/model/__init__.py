"""The vocabulary every room shares: plain values, no behaviour that touches files.

Doors: book, cause, filenames, form, limits, markup, narrative, quoting, record, reference, review, scores,
text_width.
"""
