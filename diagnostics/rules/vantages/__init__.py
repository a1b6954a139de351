"""Rules about other vantages: the customer's browser, other places, and banned addresses."""
