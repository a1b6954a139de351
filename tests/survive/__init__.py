"""`make survive`: kill -9 at random moments under twenty writers, on both databases."""
