"""The official blank workbook, drawn from the pack.

Doors: cover, layout, sheet, workbook.
"""
