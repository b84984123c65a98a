"""The official blank workbook, drawn from the pack.

Doors: cover, drawn_form, drawn_layout, example_field, sheet, workbook.
"""
