"""Rules about the way to the host, its ports, and what first speaks at them."""
