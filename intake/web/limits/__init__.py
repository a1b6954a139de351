"""What may be asked of the server at all: paths, origins, heads, bodies, sockets, uploads."""
