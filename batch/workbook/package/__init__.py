"""OOXML packages: opened with every guard a hostile file calls for, written byte by byte.

Doors: child_process, deflated, package, passwords, sniffing, splice, xml_walk, zip_writer.
"""
