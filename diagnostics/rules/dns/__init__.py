"""Rules about the name: `name` itself, its `servers`, its `signature`, and its `address`."""
