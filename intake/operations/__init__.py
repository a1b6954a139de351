"""What the operator of the service looks at and does: readiness, figures, backups, retention."""
