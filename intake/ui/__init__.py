"""Shared by the pages: the session, the texts, the widgets, the frame around a page."""
