"""The desks: one file each."""
