"""The vocabulary every room shares: plain values, no behaviour that touches files.

Doors: book, cause, filenames, form, limits, markup, narrative, quoting, record, reference, review, scores,
status, text_width.
"""
