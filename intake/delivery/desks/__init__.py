"""The desks, one module each."""
