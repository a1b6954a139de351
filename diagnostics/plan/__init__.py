"""
Decide what is measured and in which order: probes in threads, under one deadline.

A probe makes one measurement of one address; this package decides on the next one, after the
address policy. `run` is the context that every function here takes, `measure` has the order.
`resolve` finds addresses by `lookups`; `dns_diagnosis`, `authoritative` and `zone_cuts` find out
why a name fails; `echoes` pings and traces; `connect` and `pages` probe each endpoint at most once;
`follow_up` repeats measurements to distinguish causes; `server`, `site`, `redirects` and `mail`
measure one kind of target each; `controls` tests our own connection.

A command that diagnoses once imports the modules for DNS and pings, sends the first packets, and
imports the next modules while it waits for answers (`measure`, `resolve`). A service imports all of
them at its start, by `load_stages`.
"""

from diagnostics.plan.measure import load_stages, start
from diagnostics.plan.run import Run

__all__ = ["Run", "load_stages", "start"]
