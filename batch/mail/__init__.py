"""Mails: the roll-up to leadership, their own copies to units, a notice when a night failed.

Doors: dispatch, published.
"""
