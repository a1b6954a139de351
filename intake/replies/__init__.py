"""
Replies from staff to customers: templates that fill in values, and the customer's open
requests.
"""
