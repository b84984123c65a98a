"""The engine over a pack's catalogue: ties as data, other checks as small functions, one registry."""
