"""The engine over a pack's forms: find the tables by their labels, read typed values, build the template."""
