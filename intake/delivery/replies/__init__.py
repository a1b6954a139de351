"""Replies that agents write at a desk, and that come back: one file for each way they come."""
