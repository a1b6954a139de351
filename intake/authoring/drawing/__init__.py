"""A checklist told to people: its logic in words, and as a picture."""
