"""Rules about what others see: the customer's browser, other places, a server that bans."""
