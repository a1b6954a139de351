"""Handles more customers than the server can serve: admission, waiting line, separate threads."""
