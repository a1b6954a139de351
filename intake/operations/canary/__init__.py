"""
The canary: an invented customer who sends a real ticket, so that the operator hears of faults
first.
"""
