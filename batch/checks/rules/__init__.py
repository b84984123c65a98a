"""The checks that are functions: a module is named after the letter of the ids in it (J101: j_….py).

No doors: only its own room comes here.
"""
