"""Replies that agents write at a desk and that come back to us: one module for each way."""
