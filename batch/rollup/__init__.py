"""汇总.xlsx for leadership and 清单.xlsx for the clerk, made of the facts of all units.

Doors: resilient, rollup.
"""
