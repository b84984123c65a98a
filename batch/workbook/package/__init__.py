"""OOXML packages (zip): opened with guards against hostile files, written member by member.

Doors: child_process, package, passwords, sniffing, xml_walk.
"""
