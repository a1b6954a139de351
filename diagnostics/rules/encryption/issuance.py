"""What keeps a certificate from being renewed: CAA records, or a site that can't prove itself."""

from __future__ import annotations

from collections.abc import Mapping

from diagnostics.catalogue import Finding
from diagnostics.failures import Failure
from diagnostics.observations import CaaObservation, HttpObservation, TlsObservation
from diagnostics.rules.evidence import Evidence

_SECTIGO = frozenset(
    {
        *("sectigo.com", "comodoca.com", "comodo.com", "usertrust.com", "trust-provider.com"),
        *("zerossl.com", "entrust.net", "affirmtrust.com"),
    }
)
_DIGICERT = frozenset(
    {
        *("digicert.com", "digicert.ne.jp", "cybertrust.ne.jp", "symantec.com", "thawte.com"),
        *("geotrust.com", "rapidssl.com", "quovadisglobal.com"),
    }
)
# How authorities that issue for anybody are called in their certificates, in lower case, and the
# domains by which CAA records name them (their statements of practice, as the CCADB lists them).
_DOMAINS_OF: Mapping[str, frozenset[str]] = {
    "let's encrypt": frozenset({"letsencrypt.org"}),
    "google trust services": frozenset({"pki.goog"}),
    "google trust services llc": frozenset({"pki.goog"}),
    "zerossl": _SECTIGO,
    "sectigo limited": _SECTIGO,
    "digicert inc": _DIGICERT,
    "digicert, inc.": _DIGICERT,
    "globalsign nv-sa": frozenset({"globalsign.com"}),
    "godaddy.com, inc.": frozenset({"godaddy.com", "starfieldtech.com"}),
    "starfield technologies, inc.": frozenset({"godaddy.com", "starfieldtech.com"}),
    "buypass as-983163327": frozenset({"buypass.com", "buypass.no"}),
    "ssl corporation": frozenset({"ssl.com"}),
}


def with_obstacle(evidence: Evidence, finding: Finding) -> Finding:
    """Say why a certificate wasn't renewed, where the domain or the site itself is the reason."""
    for handshake in (o for o in evidence.handshakes if o.id in finding.evidence):
        certificate, obstacle = handshake.certificate, _obstacle(evidence, handshake)
        if certificate is not None and obstacle is not None:
            seen, words = obstacle
            words["organisation"] = certificate.issuer_organisation
            update = {"parameters": finding.parameters | words}
            return finding.model_copy(update=update | {"evidence": (*finding.evidence, seen)})
    return finding


def _obstacle(evidence: Evidence, handshake: TlsObservation) -> tuple[str, dict[str, str]] | None:
    """Return the observation that tells, and the words' variant and values."""
    if (record := forbidding_record(evidence, handshake)) is not None:
        return record.id, {"variant": "caa", "zone": record.zone, "term": record.records[0]}
    if (answer := failed_question(evidence, handshake)) is not None:
        return answer.id, {"variant": "caa_unanswered"}
    if (proof := failed_proof(evidence, handshake)) is not None:
        variant = "unproved" if proof.status is None else "unproved_path"
        return proof.id, {"variant": variant, "status": str(proof.status or "")}
    return None


def forbidding_record(evidence: Evidence, handshake: TlsObservation) -> CaaObservation | None:
    """
    Give the CAA records that forbid a certificate's issuer to renew it (RFC 8659, section 4.2).

    Issuers whose domain isn't known here are forbidden nothing: that can't be told.
    """
    certificate = handshake.certificate
    organisation = certificate.issuer_organisation.lower() if certificate else ""
    own = _DOMAINS_OF.get(organisation)
    for answer in evidence.all_of(CaaObservation):
        if answer.name == handshake.host and answer.issuers and own:
            return answer if own.isdisjoint(answer.issuers) else None
    return None


def failed_question(evidence: Evidence, handshake: TlsObservation) -> CaaObservation | None:
    """
    Give the question for CAA records that the name servers answer with an error.

    Public authorities must not issue then (CA/Browser Forum, Baseline Requirements, 3.2.2.8). The
    name's address was found, so the resolver itself works.
    """
    for answer in evidence.all_of(CaaObservation):
        if answer.name == handshake.host and answer.failure is Failure.DNS_SERVFAIL:
            return answer
    return None


_UNREACHED = {
    *(Failure.TCP_REFUSED, Failure.TCP_SILENT, Failure.TCP_RESET, Failure.TCP_PROHIBITED),
    *(Failure.HTTP_CLOSED, Failure.HTTP_SILENT, Failure.TLS_ALERT, Failure.TLS_BROKEN),
}
_FORBIDDEN = {401, 403}
_FAILS = 500


def failed_proof(evidence: Evidence, handshake: TlsObservation) -> HttpObservation | None:
    """
    Give the request for a file of renewal that shows why a certificate can't be renewed.

    Its issuer reads such a file by plain http, redirects included (RFC 8555, section 8.3): it can't
    where port 80 is closed, the path is forbidden, or the server fails there. That a file isn't
    there says nothing, and a site that turns us away everywhere means us.
    """
    asked = [page for page in evidence.requests if page.way == "renewal"]
    last = max(asked, key=lambda page: page.hop, default=None)
    if last is None or last.host != handshake.host:
        return None
    if last.failure in _UNREACHED:
        return last
    is_refused = last.status is not None and (last.status in _FORBIDDEN or last.status >= _FAILS)
    pages = (page for page in evidence.requests if page.host == last.host and page.way != last.way)
    is_served = any(page.status is not None and page.status < min(_FORBIDDEN) for page in pages)
    return last if is_refused and is_served else None
