"""
Rules about certificates.

Each defect of a certificate (dates, name, issuer) has its own rule: a browser shows only one, and
after fixing it one would meet the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from diagnostics.catalogue import Finding
from diagnostics.observations import CertificateStatusObservation, TlsObservation
from diagnostics.options import PANEL_PORTS
from diagnostics.rules.declaration import Rule, concludes
from diagnostics.rules.encryption.issuance import with_obstacle
from diagnostics.rules.encryption.other_certificate import certificate_is_expired_at_times
from diagnostics.rules.encryption.server_clock import disagreeing_clock, ends_of
from diagnostics.rules.encryption.tls_evidence import handshake_findings, judged
from diagnostics.rules.evidence import Evidence

# ACME clients renew 90-day certificates 30 days before expiry; 14 days before, that has failed.
_SOON = timedelta(days=14)
# Six-day certificates are renewed every two or three days; two days before expiry all is well.
_SHORT_LIVED = timedelta(days=10)
_SOON_SHARE, _SOON_SHARE_SHORT_LIVED = 3, 4
_SELF_SIGNED = 18  # X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT
_WRONG_PURPOSE = 26  # X509_V_ERR_INVALID_PURPOSE
# Certificates that reverse proxies send for a name without one of its own.
_STAND_INS = {"TRAEFIK DEFAULT CERT", "Kubernetes Ingress Controller Fake Certificate"}
_SHORT_KEY, _OLD_SIGNATURE = {66, 67}, 68  # X509_V_ERR_EE_KEY_TOO_SMALL and its like


@concludes("tls.clock_differs")
def clocks_differ(evidence: Evidence) -> Iterator[Finding]:
    """
    By our clock the certificate isn't valid, by the server's Date it is (RFC 9110, section 6.6.1).

    The clocks differ by over a day, so one is wrong, and the dates can't be judged.
    """
    pages = {
        o.id: page
        for o in judged(evidence)
        if (_is_expired(o) or _is_early(o)) and (page := disagreeing_clock(evidence, o))
    }
    for other_page in handshake_findings("tls.clock_differs", evidence, lambda o: o.id in pages):
        page = pages[other_page.evidence[0]]
        clocks = {"theirs": page.headers["date"], "ours": f"{page.started_at:%Y-%m-%d %H:%M} UTC"}
        yield other_page.model_copy(
            # It is uncertain which clock is wrong, so this must not look like a fault.
            update={
                "severity": "info",
                "evidence": (*other_page.evidence, page.id),
                "parameters": other_page.parameters | clocks,
            }
        )


@concludes("tls.expired")
def certificate_is_expired(evidence: Evidence) -> Iterator[Finding]:
    """
    The certificate, or an intermediate, has expired (RFC 5280, section 4.1.2.5).

    If a CAA record (RFC 8659) forbids its issuer, or domain validation must fail (RFC 8555, section
    8.3), that is why it wasn't renewed.
    """
    for finding in handshake_findings(
        "tls.expired", evidence, lambda o: _is_expired(o) and not disagreeing_clock(evidence, o)
    ):
        yield with_obstacle(evidence, finding)


def _is_expired(observation: TlsObservation) -> bool:
    return any(
        certificate.not_after < observation.started_at for certificate in ends_of(observation)
    )


@concludes("tls.not_yet_valid")
def certificate_is_not_yet_valid(evidence: Evidence) -> Iterator[Finding]:
    """The certificate's validity begins in the future (RFC 5280, section 4.1.2.5)."""
    yield from handshake_findings(
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
    """The certificate is signed with its own key (RFC 5280, section 3.2) and isn't trusted."""
    yield from handshake_findings(
        "tls.self_signed",
        evidence,
        lambda o: o.is_trusted is False and _is_self_signed(o),
        _self_signed_variant,
    )


def _self_signed_variant(observation: TlsObservation) -> str:
    if observation.certificate and observation.certificate.subject in _STAND_INS:
        return "stand_in"
    return "panel" if observation.port in PANEL_PORTS else ""


def _is_self_signed(observation: TlsObservation) -> bool:
    certificate = observation.certificate
    return observation.verify_code == _SELF_SIGNED or bool(
        certificate and certificate.is_self_signed
    )


@concludes("tls.incomplete_chain")
def chain_is_incomplete(evidence: Evidence) -> Iterator[Finding]:
    """
    The server doesn't send the intermediate; with the one fetched from its URL, the chain is valid.

    RFC 8446, section 4.4.2 (what a server must send) and RFC 5280, section 4.2.2.1 (the issuer's
    URL in the certificate).
    """
    trusted = _trusted_with_issuer(evidence)
    for finding in handshake_findings(
        "tls.incomplete_chain",
        evidence,
        lambda o: o.id in trusted,
        lambda o: "others" if len(o.chain) > 1 else "",
    ):
        fetched = tuple(i.id for i in evidence.issuers if i.tls_id in finding.evidence)
        yield finding.model_copy(update={"evidence": (*finding.evidence, *fetched)})


def _trusted_with_issuer(evidence: Evidence) -> set[str]:
    return {issuer.tls_id for issuer in evidence.issuers if issuer.is_trusted}


@concludes("tls.untrusted_issuer")
def issuer_is_untrusted(evidence: Evidence) -> Iterator[Finding]:
    """No path to a root that browsers trust exists or can be found (RFC 5280, section 6)."""
    trusted = _trusted_with_issuer(evidence)
    for certificate in handshake_findings(
        "tls.untrusted_issuer",
        evidence,
        lambda o: (
            o.is_trusted is False
            and bool(o.chain)
            and not _is_self_signed(o)
            and o.id not in trusted
            and o.verify_code not in {_WRONG_PURPOSE, *_SHORT_KEY, _OLD_SIGNATURE}
        ),
        _issuer_variant,
    ):
        tried = tuple(i.id for i in evidence.issuers if i.tls_id in certificate.evidence)
        yield certificate.model_copy(update={"evidence": (*certificate.evidence, *tried)})


def _issuer_variant(observation: TlsObservation) -> str:
    """Return the variant: test certificates of Let's Encrypt, Caddy's own authority, or others."""
    issuer = observation.certificate.issuer if observation.certificate else ""
    if issuer.startswith(("(STAGING)", "Fake LE")):
        return "test"
    if issuer.startswith("Caddy Local Authority"):
        return "own"
    return "others" if len(observation.chain) > 1 else ""


@concludes("tls.unsuitable_certificate")
def certificate_is_unsuitable(evidence: Evidence) -> Iterator[Finding]:
    """
    Browsers refuse the certificate, whoever issued it.

    It is for clients only (RFC 5280, section 4.2.1.12); its key may not sign handshakes although
    this one needs it (section 4.2.1.3; RFC 8446, section 4.4.2.2); its key or signature is too weak
    (RFC 9325, sections 4.5 and 5.1); or it was revoked, according to the server's own status
    response (RFC 6960, section 2.2). A certificate that requires a stapled status (RFC 7633) and
    comes without one is refused by Firefox only.
    """
    revoked = _revoked(evidence)

    def why(observation: TlsObservation) -> str:
        leaf = observation.certificate
        return "revoked" if leaf and leaf.sha256 in revoked else _why_unsuitable(observation)

    for finding in handshake_findings(
        "tls.unsuitable_certificate", evidence, lambda o: bool(why(o)), why
    ):
        here = [o for o in evidence.handshakes if o.id in finding.evidence]
        # Only newer phones and programs refuse a short key, and only Firefox a missing status.
        is_short = {o.verify_code for o in here} <= _SHORT_KEY
        variant = finding.parameters.get("variant")
        is_mild = variant == "staple" or (variant == "weak" and is_short)
        statuses = {revoked[o.chain[0].sha256]: "" for o in here if o.chain[0].sha256 in revoked}
        update: dict[str, object] = {"evidence": (*finding.evidence, *statuses)}
        yield finding.model_copy(update=update | ({"severity": "warning"} if is_mild else {}))


def _revoked(evidence: Evidence) -> dict[str, str]:
    """Return the id of the observation that shows the revocation, by certificate fingerprint."""
    statuses = {o.tls_id: o for o in evidence.all_of(CertificateStatusObservation)}
    return {
        o.chain[0].sha256: statuses[o.id].id
        for o in evidence.handshakes
        if o.chain and o.id in statuses and statuses[o.id].status == "revoked"
    }


def _why_unsuitable(observation: TlsObservation) -> str:
    certificate = observation.certificate
    if certificate is None:
        return ""
    if observation.verify_code == _WRONG_PURPOSE or certificate.is_for_servers is False:
        return "purpose"
    if observation.verify_code in {*_SHORT_KEY, _OLD_SIGNATURE}:
        return "weak"
    # In other key exchanges the key only decrypts what the client sends (RFC 5246, section 7.4.2).
    has_to_sign = observation.version == "TLSv1.3" or "DHE" in (observation.cipher or "")
    if certificate.signs is False and has_to_sign:
        return "usage"
    return "staple" if certificate.wants_staple and observation.is_stapled is False else ""


@concludes("tls.name_mismatch")
def certificate_is_for_other_names(evidence: Evidence) -> Iterator[Finding]:
    """None of the certificate's names matches the host (RFC 9525, section 6)."""
    yield from handshake_findings(
        "tls.name_mismatch",
        evidence,
        lambda o: o.name_matches is False,
        lambda o: "common_name" if _has_common_name_alone(o) else "",
    )


def _has_common_name_alone(observation: TlsObservation) -> bool:
    """Check whether the host is only in the common name, which browsers ignore (RFC 9525, 2)."""
    certificate = observation.certificate
    return certificate is not None and certificate.subject.lower() == observation.host


@concludes("tls.expiring_soon")
def certificate_ends_soon(evidence: Evidence) -> Iterator[Finding]:
    """
    The certificate expires soon (RFC 5280, section 4.1.2.5) and wasn't renewed.

    "Soon" is within 14 days, or within the last third of a shorter lifetime; if that is ten days or
    less, within the last quarter.
    """
    for finding in handshake_findings(
        "tls.expiring_soon", evidence, _ends_soon, lambda o: "today" if _is_last_day(o) else ""
    ):
        yield with_obstacle(evidence, finding)


def _is_last_day(observation: TlsObservation) -> bool:
    ends = min(certificate.not_after for certificate in ends_of(observation))
    return ends - observation.started_at < timedelta(days=1)


def _ends_soon(observation: TlsObservation) -> bool:
    if not observation.chain:
        return False
    first = min(ends_of(observation), key=lambda certificate: certificate.not_after)
    life = first.not_after - first.not_before
    share = _SOON_SHARE_SHORT_LIVED if life <= _SHORT_LIVED else _SOON_SHARE
    soon = min(_SOON, life / share)
    return timedelta(0) <= first.not_after - observation.started_at <= soon


RULES: tuple[Rule, ...] = (  # in rank order
    clocks_differ,
    certificate_is_expired,
    certificate_is_expired_at_times,
    certificate_is_not_yet_valid,
    certificate_is_self_signed,
    chain_is_incomplete,
    issuer_is_untrusted,
    certificate_is_unsuitable,
    certificate_is_for_other_names,
    certificate_ends_soon,
)
