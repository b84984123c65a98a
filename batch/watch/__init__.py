"""`jixiao watch`: look after the inbox all day, and run a batch whenever files have settled.

Doors: watcher.
"""
