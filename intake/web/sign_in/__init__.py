"""The door for staff: password, printed link or identity provider, and who a request is from."""
