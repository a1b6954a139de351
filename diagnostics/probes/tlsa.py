"""The TLSA probe: the certificate that DNS announces for a mail server's port 25 (DANE)."""

from __future__ import annotations

from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import TlsaObservation, TlsaRecord
from diagnostics.probes.dns_answers import ask_for_answer, is_authenticated
from diagnostics.texts import escape_hidden

_MAX_RECORDS = 12
_MAX_DATA = 16_384  # hexadecimal digits; a certificate has a few thousand


def probe_tlsa(host: str, *, resolvers: tuple[str, ...], deadline: Deadline) -> TlsaObservation:
    """Look up the TLSA records of port 25 of a server (RFC 7672, section 2.2.2)."""
    watch = Stopwatch()
    name = f"_25._tcp.{host}"
    message, records, facts = ask_for_answer(name, "TLSA", resolvers=resolvers, deadline=deadline)
    return TlsaObservation(
        id=f"tlsa#{host}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        host=host,
        name=name,
        is_authenticated=is_authenticated(message),
        records=tuple(
            TlsaRecord(
                usage=record.usage,
                selector=record.selector,
                matching=record.mtype,
                data=escape_hidden(record.cert.hex(), _MAX_DATA),
            )
            for record in records[:_MAX_RECORDS]
        ),
        **facts,
    )
