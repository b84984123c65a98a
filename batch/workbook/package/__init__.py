"""OOXML packages (zip): opened with guards against hostile files, written member by member.

Doors: child_process, deflated, directory, package, passwords, sniffing, splice, xml_walk, zip_writer.
"""
