"""Faults of the running service, each told to a person once, and once more when it is over."""
