"""
What is measured, and in which order: waves of probes in threads, under one deadline.

One probe asks one address one thing; this is the room that decides on the next one, after the
address policy. `run` is the context that every function here is handed, `measure` the order.
`resolve` finds addresses, `dns_diagnosis`, `authoritative` and `zone_cuts` find out why a name
fails, `connect` and `pages` probe one endpoint at most once, `follow_up` measures again where that
tells causes apart; `server`, `site`, `redirects` and `mail` say what is asked of them, and
`controls` doubts ourselves.
"""

from diagnostics.plan.measure import start
from diagnostics.plan.run import Run

__all__ = ["Run", "start"]
