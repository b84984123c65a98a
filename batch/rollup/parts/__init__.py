"""What the sheets of 汇总.xlsx are made of: tables, columns, totals, sums over all units, their rows as XML.

Doors: batch_changes, detail_rows, rules_in_force, sample_choice, unreported.
"""
