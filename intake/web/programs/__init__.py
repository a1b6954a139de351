"""Addresses that programs ask: a desk's webhook, probe workers, whoever watches the service."""
