"""Look up the TLSA records (DANE) of a domain's mail servers."""

from __future__ import annotations

from concurrent.futures import Future

from diagnostics.observations import MxObservation
from diagnostics.plan.run import Run
from diagnostics.probes.tlsa import probe_tlsa

_MAX_SERVERS = 3  # with as many an SMTP dialogue is held


def look_at_tlsa(run: Run, exchange: Future[MxObservation]) -> None:
    """
    Look up the TLSA records of the servers if our resolver has validated the MX record by DNSSEC.

    Without validation senders ignore them (RFC 7672, section 2.2.1), so this is skipped for most
    domains.
    """
    for mx in run.wait([exchange]):
        hosts = [host for host in dict.fromkeys(mx.hosts) if host] if mx.is_authenticated else []
        run.wait([run.spawn(_find_tlsa, run, host) for host in hosts[:_MAX_SERVERS]])


def _find_tlsa(run: Run, host: str) -> None:
    if not run.is_over:
        run.emit(probe_tlsa(host, resolvers=run.options.resolvers, deadline=run.deadline))
