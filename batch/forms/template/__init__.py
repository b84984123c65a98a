"""The official workbook, drawn from the pack.

Doors: cover, layout, sheet, workbook.
"""
