"""The operator's live chat, in which a customer's case is opened; one module for each vendor."""
