"""Real daemons for tests, on loopback addresses of their own: nginx, BIND, and certificates."""
