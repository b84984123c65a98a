"""What is filled in: cells read as the types their fields expect, put together to submissions.

Doors: comparing, empty_forms, fill, forms, gather, measured, quantities, unit_names, values.
"""
