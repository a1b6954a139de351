"""Routes for programs: desks' webhooks, probe workers, monitoring."""
