"""
Alarms: faults of the running service, each reported to a person once, and once more when it is
over.
"""
