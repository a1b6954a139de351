"""Retention: what is deleted after a time, and what is exported or deleted for one person."""
