"""Rules about the received page: whether it is the site's own, and whether browsers can show it."""
