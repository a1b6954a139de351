"""The service record probe: SRV records, by which a domain names servers for mail programs."""

from __future__ import annotations

from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import ServiceRecordObservation
from diagnostics.probes.dns_answers import ask_for_records
from diagnostics.texts import escape_hidden

_MAX_TARGETS = 4


def probe_service_record(
    name: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> ServiceRecordObservation:
    """Look up the SRV records of a name (RFC 2782); a target "." means that there is no server."""
    watch = Stopwatch()
    records, facts = ask_for_records(name, "SRV", resolvers=resolvers, deadline=deadline)
    targets = sorted(
        (record.priority, record.target.to_text(omit_final_dot=True).lower().rstrip("."))
        for record in records
    )
    return ServiceRecordObservation(
        id=f"service-record#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        targets=tuple(escape_hidden(host, 253) for _, host in targets[:_MAX_TARGETS] if host),
        **facts,
    )
