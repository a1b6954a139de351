"""The MX probe: the servers that accept a domain's mail."""

from __future__ import annotations

from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import Exchanger, MxObservation
from diagnostics.probes.dns_answers import aliases_in, ask_for_answer, is_authenticated
from diagnostics.texts import escape_hidden

_MAX_EXCHANGERS = 10


def probe_mx(name: str, *, resolvers: tuple[str, ...], deadline: Deadline) -> MxObservation:
    """Look up the MX records of a domain (RFC 5321, section 5.1)."""
    watch = Stopwatch()
    message, records, facts = ask_for_answer(name, "MX", resolvers=resolvers, deadline=deadline)
    exchangers = sorted(
        (record.preference, record.exchange.to_text(omit_final_dot=True).lower().rstrip("."))
        for record in records
    )
    return MxObservation(
        id="mx",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        exchangers=tuple(
            Exchanger(preference=preference, host=escape_hidden(host, 253))
            for preference, host in exchangers[:_MAX_EXCHANGERS]
        ),
        aliases=aliases_in(message),
        is_authenticated=is_authenticated(message),
        **facts,
    )
