"""Older and other formats into a `Book`: .xls, .et, .ods, XML 2003, HTML, CSV.

Doors: csv.
"""
