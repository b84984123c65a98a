"""The vocabulary all rooms share: plain values without access to files.

Doors: book, briefing, cause, clerk_notes, day_words, filenames, form, kept_details, limits, markup,
narrative, quoting, record, reference, review, reviewed, scores, status, text_width, turnout, unit_facts.
"""
