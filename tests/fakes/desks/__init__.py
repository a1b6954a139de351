"""Fake helpdesks on loopback with the APIs of real ones, and faults on demand."""
