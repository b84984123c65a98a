"""What is mailed: the roll-up to leadership, its own copies to each unit, a word when a night failed.

Doors: dispatch, published.
"""
