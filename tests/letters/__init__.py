"""Real returned letters: what we read in them against a second opinion."""
