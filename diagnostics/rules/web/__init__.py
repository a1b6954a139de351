"""Rules about HTTP: answers, redirects and slowness."""
