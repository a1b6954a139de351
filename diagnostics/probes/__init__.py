"""Measurements: a probe asks one address once, by `diagnostics.net`, and returns what it saw."""
