"""The rule about a second certificate that the same server sends at times."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.rules.declaration import concludes
from diagnostics.rules.encryption.tls_evidence import judged
from diagnostics.rules.evidence import Evidence, host_with_port, ids


@concludes("tls.expired")
def certificate_is_expired_at_times(evidence: Evidence) -> Iterator[Finding]:
    """
    A request for the same name got an expired certificate (RFC 5280, section 4.1.2.5).

    The handshake got another one, which is valid: of several servers behind one address, or of two
    certificates of a server, not all were renewed.
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
                page.host if page.port == 443 else host_with_port(page.host, page.port),  # noqa: PLR2004 - https itself
                ids([*good, page]),
                severity="warning",
                variant="at_times",
                host=page.host,
                port=page.port,
                not_after=f"{ends:%Y-%m-%d}",
            )
