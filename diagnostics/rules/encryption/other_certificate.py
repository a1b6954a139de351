"""The rule about a certificate that comes at times, instead of the one that was judged."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.encryption.tls_evidence import judged
from diagnostics.rules.evidence import Evidence, ids, place


@concludes("tls.expired")
def certificate_is_expired_at_times(evidence: Evidence) -> Iterator[Finding]:
    """
    A request of the same name got a certificate that has ended (RFC 5280, section 4.1.2.5).

    The handshake that was judged showed another one, still good: several servers behind one
    address, or one with two certificates, were renewed in part.
    """
    for page in evidence.requests:
        ends = page.certificate_ends
        if page.by_address or ends is None or ends >= page.started_at:
            continue
        here = [o for o in judged(evidence) if (o.host, o.port) == (page.host, page.port)]
        good = [o for o in here if o.certificate and o.certificate.not_after > page.started_at]
        if good and len(good) == len(here):
            yield make_finding(
                "tls.expired",
                page.host if page.port == 443 else place(page.host, page.port),  # noqa: PLR2004 - https itself
                ids([*good, page]),
                severity="warning",
                variant="at_times",
                host=page.host,
                port=page.port,
                not_after=f"{ends:%Y-%m-%d}",
            )
