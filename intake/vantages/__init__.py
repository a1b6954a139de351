"""
Other vantages: the operator's probe workers, and the public probes of Globalping.

A worker's own process imports `probe_worker` alone: no database, no web server.
"""
