"""A pack drafted from a blank form and filled examples; what is proposed is confirmed in 待确认.xlsx.

Doors: answers, steps.
"""
