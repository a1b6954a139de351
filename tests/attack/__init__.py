"""Attacks on a served product, each with what it costs: `make attack`."""
