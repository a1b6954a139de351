"""
Other eyes on a judged target: probe workers of the operator, and the public probes of Globalping.

A worker's own process imports `probe_worker` alone: no database, no web server.
"""
