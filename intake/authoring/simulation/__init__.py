"""Runs a checklist without customers: mock measurements, tests in its file, generated walks."""
