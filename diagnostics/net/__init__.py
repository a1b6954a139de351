"""Every socket of a diagnosis: one judged address at a time, under one deadline."""
