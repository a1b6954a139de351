"""The canary: a made-up customer who walks a real way, so that we hear of a fault first."""
