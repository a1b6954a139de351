"""What whoever runs the service looks at and does: readiness, figures, backups, retention."""
