"""Sign-in of staff: by password, printed link or identity provider; the account of a request."""
