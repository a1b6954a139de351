"""The sockets of a diagnosis: each connects to one judged address, under one deadline."""
