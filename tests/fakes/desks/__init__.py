"""Helpdesks on loopback that speak as the real ones do, and misbehave as told."""
