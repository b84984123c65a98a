""".xlsx and .xlsm into a `Book`: cells with what was typed, what shows, and their formulas.

Doors: display, xlsx.
"""
