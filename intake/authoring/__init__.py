"""Tools for checklist authors: read, lint, prove, simulate and draw a checklist."""
