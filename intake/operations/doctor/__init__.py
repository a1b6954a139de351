"""
`intake doctor`: look for what keeps the service from working, and say what to do; nothing is
changed.
"""
