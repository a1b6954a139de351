"""The only room with sockets. A probe asks one address once and returns what it saw."""
