"""汇总.xlsx, the workbook leadership reads, made of the facts of all units.

Doors: resilient, rollup.
"""
