"""What a bureau starts with: a folder with settings, roster, templates and a page on how to go on.

Doors: folder.
"""
