"""What people start: the commands, and what they show on the terminal.

Doors: cli.
"""
