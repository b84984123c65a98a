"""The bureau's list of units (单位名册.xlsx): written, read, and used to identify submissions.

Doors: blank, cell_entries, last_year_files, layout, new_file, prefill, problems, reading, roster,
ruling_rows, tables, turnout, unit_codes, unit_details.
"""
