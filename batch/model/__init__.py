"""The vocabulary every room shares: plain values, no behaviour that touches files.

`book` is what a workbook holds, `form` what an official form says, `review` what
the checks found, `markup` what is to be drawn on a unit's copy.
"""
