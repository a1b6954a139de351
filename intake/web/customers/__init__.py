"""Pages and addresses for customers, mostly in plain HTML: the start, the panel, the ticket."""
