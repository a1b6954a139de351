"""Customers' pages and routes, mostly plain HTML: the start, the panel, the ticket."""
