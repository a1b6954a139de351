"""Whether CAA records keep a certificate from being renewed."""

from __future__ import annotations

from collections.abc import Mapping

from diagnostics.observations import CaaObservation, TlsObservation
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
