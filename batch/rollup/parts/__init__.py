"""What the sheets of 汇总.xlsx are made of: tables, columns, totals, sums over all units, their rows as XML.

Doors: changes, missing, rules_in_force, summary.
"""
