"""The customer's pages: choose the problem, answer, see what is measured, review, send."""
