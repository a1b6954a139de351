"""Background tasks of the server: watchers, hourly deletion, logs and traces."""
