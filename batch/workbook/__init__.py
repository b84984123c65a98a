"""The only room that knows file formats: opens packages safely, reads cells, patches annotated copies.

`package` guards and opens the zip, `reader` turns it into a `Book`, `shown` says what a person sees
in a cell. Nothing here knows what a form is.
"""
