"""Only data."""

LIMIT = 10
