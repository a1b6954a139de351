"""What the page rooms share: the session, the texts, the widgets, the frame around a page."""
