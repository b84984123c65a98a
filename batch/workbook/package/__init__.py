"""OOXML packages: opened with every guard a hostile file calls for, written byte by byte.

Doors: deflated, disposable, elements, package, passwords, sniffing, splice, zip_write.
"""
