"""Golden scenarios: what was observed once, and exactly the findings that follow from it."""
