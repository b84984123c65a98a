"""Read .xlsx and .xlsm into a `Book`: cells with stored value, displayed text and formula.

Doors: display, sheet_design, xlsx.
"""
