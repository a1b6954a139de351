"""Real pages of strangers, judged as the product judges them: `python -m tests.pages`."""
