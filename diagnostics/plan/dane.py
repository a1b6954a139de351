"""Which certificates the servers of a domain's mail announce by DNSSEC (DANE)."""

from __future__ import annotations

from concurrent.futures import Future

from diagnostics.observations import MxObservation
from diagnostics.plan.run import Run
from diagnostics.probes.tlsa import probe_tlsa

_MAX_SERVERS = 3  # as many as are spoken to


def look_at_tlsa(run: Run, exchange: Future[MxObservation]) -> None:
    """
    Ask for the TLSA records of the servers, where our resolver proved the MX record.

    Elsewhere senders don't look at them (RFC 7672, section 2.2.1), so most domains cost nothing.
    """
    for mx in run.wait([exchange]):
        hosts = [host for host in dict.fromkeys(mx.hosts) if host] if mx.is_authenticated else []
        run.wait([run.spawn(_find_tlsa, run, host) for host in hosts[:_MAX_SERVERS]])


def _find_tlsa(run: Run, host: str) -> None:
    if not run.is_over:
        run.emit(probe_tlsa(host, resolvers=run.options.resolvers, deadline=run.deadline))
