"""A checklist without customers: made-up measurements, the tests in its file, generated walks."""
