"""What is filled in: cells read as the types their fields expect, merged into one submission.

Doors: cell_value, days, empty_forms, forms, measured, merge_files, quantities, target_comparison, unit_names,
values.
"""
