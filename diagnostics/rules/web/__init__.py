"""Rules about HTTP: what the server answers, where it redirects, how long it takes."""
