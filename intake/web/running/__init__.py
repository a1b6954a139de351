"""What goes on beside the answers: workers, watchers, hourly deletion, logs and traces."""
