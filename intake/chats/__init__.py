"""Live chats of the operator's that a customer's case is opened in; one file a vendor."""
