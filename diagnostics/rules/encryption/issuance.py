"""Find what keeps a certificate from being renewed: CAA records, or a failing domain validation."""

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
# Public authorities by their organisation in certificates, in lower case, with the domains that
# name them in CAA records (from their practice statements, which the CCADB lists).
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
    """Return the finding with the reason why a certificate wasn't renewed, if one is known."""
    for handshake in (o for o in evidence.handshakes if o.id in finding.evidence):
        certificate, obstacle = handshake.certificate, _obstacle(evidence, handshake)
        if certificate is not None and obstacle is not None:
            observation_id, parameters = obstacle
            parameters["organisation"] = certificate.issuer_organisation
            return finding.model_copy(
                update={
                    "parameters": finding.parameters | parameters,
                    "evidence": (*finding.evidence, observation_id),
                }
            )
    return finding


def _obstacle(evidence: Evidence, handshake: TlsObservation) -> tuple[str, dict[str, str]] | None:
    """Return the id of the observation that shows the obstacle, and the finding's parameters."""
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
    Return the CAA records that forbid a certificate's issuer to renew it (RFC 8659, section 4.2).

    None if there are none, or the issuer's domain isn't known here.
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
    Return the lookup of CAA records to which the name servers answered with an error.

    Public authorities must then not issue (CA/Browser Forum, Baseline Requirements, 3.2.2.8). The
    name's address was resolved, so our resolver works.
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
    Return the request for a domain validation file that shows why the validation must fail.

    The issuer requests such a file by plain http and follows redirects (RFC 8555, section 8.3). It
    fails if port 80 is closed, the path is forbidden, or the server has an error there. A missing
    file proves nothing, and a site that refuses all our requests may serve others.
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
