"""The catalogue of checks run over submissions: `engine` knows how, `rules` holds one module a family.

Doors: rerun, run.
"""
