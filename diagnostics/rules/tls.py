"""
Rules about certificates and handshakes.

Every defect of a certificate is judged apart (dates, name, issuer): a browser shows only one, and
mending only that one would bring the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from diagnostics.catalogue import Finding, make_finding
from diagnostics.failures import Failure
from diagnostics.observations import TlsObservation
from diagnostics.rules.banners import speaks_otherwise
from diagnostics.rules.declaration import Rule, concludes
from diagnostics.rules.evidence import Evidence, ids, place
from diagnostics.rules.server_clock import disagreeing_clock, ends_of

# ACME clients renew certificates of 90 days 30 days before the end: by now that has failed.
_SOON = timedelta(days=14)
_OBSOLETE = {"SSLv3", "TLSv1", "TLSv1.1"}  # RFC 8996
_SELF_SIGNED = 18  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
_BROKEN = {Failure.TLS_ALERT, Failure.TLS_BROKEN}


def judged(evidence: Evidence) -> tuple[TlsObservation, ...]:
    """
    Give the handshakes that matter to a visitor.

    For a bare address browsers take http first, so the certificate of an address matters only
    where https was asked for or is the way that leads. A port that was named without a scheme and
    speaks HTTP was only tried with TLS.
    """
    leading = evidence.leading
    if evidence.kind != "site":
        return ()
    plain = {(evidence.target.host, way.port) for way in evidence.ways if way.scheme == "http"}
    handshakes = tuple(o for o in evidence.handshakes if (o.host, o.port) not in plain)
    if evidence.target.kind == "domain" or leading is None or leading.scheme == "https":
        return handshakes
    led_to = {(page.host, page.port) for page in evidence.chain(leading).pages}
    return tuple(o for o in handshakes if (o.host, o.port) in led_to)


def _finding(
    code: str, evidence: Evidence, broken: Callable[[TlsObservation], bool]
) -> Iterator[Finding]:
    """One finding for each place where the handshake is broken so; a warning if only at times."""
    observations = judged(evidence)
    for host, port in dict.fromkeys((o.host, o.port) for o in observations):
        here = [o for o in observations if (o.host, o.port) == (host, port)]
        bad = [o for o in here if broken(o)]
        if bad:
            yield make_finding(
                code,
                host if port == 443 else place(host, port),  # noqa: PLR2004 - https itself
                ids(bad),
                severity="warning" if len(bad) < len(here) else None,
                parameters=_parameters(bad[0], host),
            )


def _parameters(observation: TlsObservation, host: str) -> dict[str, str | int | float]:
    parameters: dict[str, str | int | float] = {"host": host, "port": observation.port}
    certificate = observation.certificate
    if certificate is not None:
        # The first to end is the one that breaks it, an intermediate too.
        ending = min(ends_of(observation), key=lambda certificate: certificate.not_after)
        names = ", ".join(certificate.names[:3]) or certificate.subject
        parameters |= {
            "names": names.replace("ip:", ""),
            "issuer": certificate.issuer,
            "not_before": f"{certificate.not_before:%Y-%m-%d}",
            "not_after": f"{ending.not_after:%Y-%m-%d}",
            "days": max(0, (ending.not_after - observation.started_at).days),
        }
    if observation.version:
        parameters["version"] = observation.version
    return parameters


@concludes("tls.not_tls")
def port_is_not_tls(evidence: Evidence) -> Iterator[Finding]:
    """Plain text came where a TLS record was due (RFC 8446, section 5.1)."""
    yield from _finding(
        "tls.not_tls",
        evidence,
        lambda o: o.failure is Failure.TLS_PLAIN_TEXT and not speaks_otherwise(o.first_bytes or ""),
    )


@concludes("tls.obsolete_protocol")
def protocol_is_obsolete(evidence: Evidence) -> Iterator[Finding]:
    """The server speaks only what browsers gave up (RFC 8996)."""
    yield from _finding("tls.obsolete_protocol", evidence, lambda o: o.version in _OBSOLETE)


@concludes("tls.handshake_failed")
def handshake_fails(evidence: Evidence) -> Iterator[Finding]:
    """The server breaks the handshake off (RFC 8446, section 6.2), and nothing says why."""
    yield from _finding(
        "tls.handshake_failed",
        evidence,
        lambda o: (
            o.version not in _OBSOLETE
            and (
                o.failure in _BROKEN
                # Without a byte it is the connection that fails: `tcp.reset` or `tcp.no_answer`.
                or (o.failure in {Failure.TLS_SILENT, Failure.TLS_CLOSED} and bool(o.first_bytes))
            )
        ),
    )


@concludes("tls.handshake_failed")
def request_is_broken_off_by_tls(evidence: Evidence) -> Iterator[Finding]:
    """An alert comes after the handshake, as TLS 1.3 gives it (RFC 8446, section 4.6.2)."""
    for way in evidence.ways:
        broken = [
            p
            for p in evidence.first_pages(way)
            if p.failure in {Failure.TLS_ALERT, Failure.TLS_BROKEN}
        ]
        if broken:
            host = evidence.target.host_display
            subject = host if way.port == 443 else place(host, way.port)  # noqa: PLR2004 - https
            yield make_finding("tls.handshake_failed", subject, ids(broken), port=way.port)


@concludes("tls.clock_differs")
def clocks_differ(evidence: Evidence) -> Iterator[Finding]:
    """
    The dates are wrong by our clock, and good by the Date of the server (RFC 9110, section 6.6.1).

    The two differ by over a day, so one is wrong, and the dates can't be judged.
    """
    pages = {
        o.id: page
        for o in judged(evidence)
        if (_is_expired(o) or _is_early(o)) and (page := disagreeing_clock(evidence, o))
    }
    for other_page in _finding("tls.clock_differs", evidence, lambda o: o.id in pages):
        page = pages[other_page.evidence[0]]
        clocks = {"theirs": page.headers["date"], "ours": f"{page.started_at:%Y-%m-%d %H:%M} UTC"}
        yield other_page.model_copy(
            # What is unsure must not read as a fault.
            update={
                "severity": "info",
                "evidence": (*other_page.evidence, page.id),
                "parameters": other_page.parameters | clocks,
            }
        )


@concludes("tls.expired")
def certificate_is_expired(evidence: Evidence) -> Iterator[Finding]:
    """The end of the certificate, or of an intermediate, has passed (RFC 5280, section 4.1.2.5)."""
    yield from _finding(
        "tls.expired", evidence, lambda o: _is_expired(o) and not disagreeing_clock(evidence, o)
    )


def _is_expired(observation: TlsObservation) -> bool:
    return any(
        certificate.not_after < observation.started_at for certificate in ends_of(observation)
    )


@concludes("tls.not_yet_valid")
def certificate_is_not_yet_valid(evidence: Evidence) -> Iterator[Finding]:
    """Its start lies in the future (RFC 5280, section 4.1.2.5)."""
    yield from _finding(
        "tls.not_yet_valid",
        evidence,
        lambda o: _is_early(o) and not disagreeing_clock(evidence, o),
    )


def _is_early(observation: TlsObservation) -> bool:
    return any(
        certificate.not_before > observation.started_at for certificate in ends_of(observation)
    )


@concludes("tls.self_signed")
def certificate_is_self_signed(evidence: Evidence) -> Iterator[Finding]:
    """It is signed by its own key (RFC 5280, section 3.2), and no root vouches for it."""
    yield from _finding(
        "tls.self_signed", evidence, lambda o: o.is_trusted is False and _is_self_signed(o)
    )


def _is_self_signed(observation: TlsObservation) -> bool:
    certificate = observation.certificate
    return observation.verify_code == _SELF_SIGNED or bool(
        certificate and certificate.is_self_signed
    )


@concludes("tls.incomplete_chain")
def chain_is_incomplete(evidence: Evidence) -> Iterator[Finding]:
    """
    The intermediate is not sent: fetched from where the certificate names it, the chain holds.

    RFC 8446, section 4.4.2 (what a server must send) and RFC 5280, section 4.2.2.1 (where the
    issuer is found).
    """
    mended = _mended(evidence)
    for finding in _finding("tls.incomplete_chain", evidence, lambda o: o.id in mended):
        fetched = tuple(i.id for i in evidence.issuers if i.tls_id in finding.evidence)
        yield finding.model_copy(update={"evidence": (*finding.evidence, *fetched)})


def _mended(evidence: Evidence) -> set[str]:
    return {issuer.tls_id for issuer in evidence.issuers if issuer.is_trusted}


@concludes("tls.untrusted_issuer")
def issuer_is_untrusted(evidence: Evidence) -> Iterator[Finding]:
    """No path leads to a root that browsers trust, or none can be found (RFC 5280, section 6)."""
    mended = _mended(evidence)
    for certificate in _finding(
        "tls.untrusted_issuer",
        evidence,
        lambda o: (
            o.is_trusted is False
            and bool(o.chain)
            and not _is_self_signed(o)
            and o.id not in mended
        ),
    ):
        tried = tuple(i.id for i in evidence.issuers if i.tls_id in certificate.evidence)
        yield certificate.model_copy(update={"evidence": (*certificate.evidence, *tried)})


@concludes("tls.name_mismatch")
def certificate_is_for_other_names(evidence: Evidence) -> Iterator[Finding]:
    """None of its names covers the host (RFC 9525, section 6)."""
    yield from _finding("tls.name_mismatch", evidence, lambda o: o.name_matches is False)


@concludes("tls.expiring_soon")
def certificate_ends_soon(evidence: Evidence) -> Iterator[Finding]:
    """It ends (RFC 5280, section 4.1.2.5) within 14 days, and nobody has renewed it."""
    yield from _finding(
        "tls.expiring_soon",
        evidence,
        lambda o: (
            bool(o.chain)
            and timedelta(0) <= min(c.not_after for c in ends_of(o)) - o.started_at <= _SOON
        ),
    )


RULES: tuple[Rule, ...] = (  # in rank order
    port_is_not_tls,
    protocol_is_obsolete,
    handshake_fails,
    request_is_broken_off_by_tls,
    clocks_differ,
    certificate_is_expired,
    certificate_is_not_yet_valid,
    certificate_is_self_signed,
    chain_is_incomplete,
    issuer_is_untrusted,
    certificate_is_for_other_names,
    certificate_ends_soon,
)
