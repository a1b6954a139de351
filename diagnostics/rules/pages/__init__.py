"""Rules about the page that came: whether it is the site at all, and whether it can be shown."""
