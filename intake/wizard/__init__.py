"""The customer's pages: choose the problem, answer, watch the checks, review, send."""
