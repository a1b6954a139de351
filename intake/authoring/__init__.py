"""The workshop of the checklist language: read, lint, prove, simulate and draw a checklist."""
