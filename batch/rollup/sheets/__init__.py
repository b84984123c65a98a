"""The sheets of 汇总.xlsx and 清单.xlsx, one module a sheet.

No doors: only its own room comes here.
"""
