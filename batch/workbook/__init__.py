"""The only room that knows file formats: opens packages safely, reads cells, patches annotated copies.

Doors: integrity, opening, style.
"""
