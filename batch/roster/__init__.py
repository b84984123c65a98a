"""The bureau's list of units (单位名册.xlsx): written, read, and used to identify submissions.

Doors: blank, last_year_files, new_file, prefill, problems, reading, roster, turnout, unit_codes.
"""
