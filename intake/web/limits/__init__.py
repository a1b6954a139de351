"""Limits on requests: paths, origins, headers, bodies, sockets, uploads."""
