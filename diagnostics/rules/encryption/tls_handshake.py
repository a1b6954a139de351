"""Rules about TLS handshakes that fail."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import TlsObservation
from diagnostics.rules.declaration import Rule, concludes
from diagnostics.rules.encryption.tls_evidence import handshake_findings
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.rules.network.banners import is_other_protocol

_OBSOLETE = {"SSLv3", "TLSv1", "TLSv1.1"}  # RFC 8996
_BROKEN = {Failure.TLS_ALERT, Failure.TLS_BROKEN}
_USUAL_GROUPS = {None, "X25519MLKEM768", "X25519", "P-256", "P-384"}


@concludes("tls.not_tls")
def port_is_not_tls(evidence: Evidence) -> Iterator[Finding]:
    """The server answers with plain text instead of a TLS record (RFC 8446, section 5.1)."""
    yield from handshake_findings(
        "tls.not_tls",
        evidence,
        lambda o: (
            o.failure is Failure.TLS_PLAIN_TEXT and not is_other_protocol(o.first_bytes or "")
        ),
    )


@concludes("tls.obsolete_protocol")
def protocol_is_obsolete(evidence: Evidence) -> Iterator[Finding]:
    """The server supports only TLS versions that browsers have abandoned (RFC 8996)."""
    yield from handshake_findings(
        "tls.obsolete_protocol", evidence, lambda o: o.version in _OBSOLETE
    )


@concludes("tls.large_hello")
def large_hello_is_lost(evidence: Evidence) -> Iterator[Finding]:
    """
    A ClientHello that fits into one packet is answered, but one as long as a browser's is not.

    Browsers add a post-quantum key share (draft-ietf-tls-ecdhe-mlkem) that makes it longer than a
    packet. RFC 8446, section 5.1, permits a handshake message in several records and packets.
    """
    lost = {o.id for o in evidence.handshakes if o.failure and o.long_hello_answers is False}
    for short in evidence.short_hellos:
        place_of_it = (short.address, short.port, short.host)
        if short.version and short.long_hello_answers is False:
            lost |= {
                o.id
                for o in evidence.handshakes
                if (o.address, o.port, o.host) == place_of_it and o.failure is Failure.TLS_SILENT
            }
    # If a long one is answered with small segments, the path loses large packets instead.
    through_small = {
        o.address
        for o in evidence.small_segment_repeats
        if isinstance(o, TlsObservation) and o.version
    }
    yield from handshake_findings(
        "tls.large_hello", evidence, lambda o: o.id in lost and o.address not in through_small
    )


@concludes("tls.handshake_failed")
def handshake_fails(evidence: Evidence) -> Iterator[Finding]:
    """
    The server aborts the handshake (RFC 8446, section 6.2).

    The reason is known if it accepts only a cipher suite that no browser offers (RFC 9325, section
    4.2), or a key exchange group (RFC 8446, section 4.2.7) or signature (section 4.2.3) that most
    browsers don't, and aborts a handshake with only theirs.
    """
    yield from handshake_findings(
        "tls.handshake_failed",
        evidence,
        lambda o: (
            o.version not in _OBSOLETE
            and (
                o.failure in _BROKEN
                # If no byte came, the connection fails: `tcp.reset` or `tcp.no_answer`.
                or (o.failure in {Failure.TLS_SILENT, Failure.TLS_CLOSED} and bool(o.first_bytes))
                or (o.failure is None and o.browser_hello_answers is False)
            )
        ),
        _why_it_fails,
    )


def _why_it_fails(observation: TlsObservation) -> str:
    if observation.browser_hello_answers is False and observation.failure is None:
        return "group" if observation.group not in _USUAL_GROUPS else "key"
    return "ciphers" if observation.cipher else ""


@concludes("tls.handshake_failed")
def request_is_broken_off_by_tls(evidence: Evidence) -> Iterator[Finding]:
    """The server sends an alert after the handshake, as in TLS 1.3 (RFC 8446, section 4.6.2)."""
    for way in evidence.ways:
        broken = [
            p
            for p in evidence.first_pages(way)
            if p.failure in {Failure.TLS_ALERT, Failure.TLS_BROKEN}
        ]
        if broken:
            host = evidence.target.host_display
            subject = host if way.port == 443 else host_with_port(host, way.port)  # noqa: PLR2004 - https
            yield make_finding("tls.handshake_failed", subject, ids(broken), port=way.port)


RULES: tuple[Rule, ...] = (  # in rank order
    port_is_not_tls,
    protocol_is_obsolete,
    large_hello_is_lost,
    handshake_fails,
    request_is_broken_off_by_tls,
)
