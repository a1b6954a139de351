"""Looks for what keeps the service from working, and says what to do; nothing is changed."""
