"""
What is measured, and in which order: waves of probes in threads, under one deadline.

One probe asks one address one thing; this is the room that decides on the next one, after the
address policy. `run` is the context that every function here is handed, `measure` the order.
`resolve` finds addresses with the `lookups` that are under way, `dns_diagnosis`, `authoritative`
and `zone_cuts` find out why a name fails, `echoes` asks whether an address lives, `connect` and
`pages` probe one endpoint at most once, `follow_up` measures again where that tells causes apart;
`server`, `site`, `redirects` and `mail` say what is asked of them, and `controls` doubts ourselves.

Imports follow the packets: a command that diagnoses once imports what resolves and echoes, sends
the first packets, and imports what comes next while they are under way (`measure`, `resolve`). A
service imports all of it at its start, by `load_stages`.
"""

from diagnostics.plan.measure import load_stages, start
from diagnostics.plan.run import Run

__all__ = ["Run", "load_stages", "start"]
