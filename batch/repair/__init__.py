"""Ties as exact linear rows over cells: the fewest cells to correct, the values that fit, and the causes.

Error localisation after Fellegi and Holt: what is wrong with a submission is the cheapest set of cells whose
change lets every tie hold. A value is proposed only where one value fits.
"""
