"""The certificate status probe: the revocation status that a server staples to its handshake."""

from __future__ import annotations

from typing import Any, Literal

from cryptography import x509
from cryptography.x509 import ocsp

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import CertificateStatusObservation, TlsObservation
from diagnostics.options import Address
from diagnostics.probes.written_hello import read_staple

_WORDS: dict[ocsp.OCSPCertStatus, Literal["good", "revoked", "unknown"]] = {
    ocsp.OCSPCertStatus.GOOD: "good",
    ocsp.OCSPCertStatus.REVOKED: "revoked",
    ocsp.OCSPCertStatus.UNKNOWN: "unknown",
}


def probe_certificate_status(
    tls: TlsObservation, address: Address, *, deadline: Deadline
) -> CertificateStatusObservation:
    """
    Ask a server by TLS 1.2 for the status that it staples (RFC 6066, section 8).

    Its signature isn't verified: only the server itself could forge it, and would harm itself.
    Third parties aren't contacted.
    """
    watch = Stopwatch()
    staple = read_staple(address, tls.port, tls.server_name, deadline)
    facts: dict[str, Any] = {}
    if staple is None:
        facts = {"failure": Failure.TLS_SILENT, "failure_detail": "no handshake of TLS 1.2"}
    elif staple.status:
        facts = _read(staple.status, staple.certificate)
    return CertificateStatusObservation(
        id=f"status-of-{tls.id}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(address),
        port=tls.port,
        host=tls.host,
        tls_id=tls.id,
        **facts,
    )


def _read(status: bytes, certificate: bytes) -> dict[str, Any]:
    """Return the status in an OCSP response (RFC 6960, 4.2.1); {} if it is of another one."""
    try:
        response = ocsp.load_der_ocsp_response(status)
        serial = x509.load_der_x509_certificate(certificate).serial_number
        is_answer = response.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL
        if not is_answer or response.serial_number != serial:
            return {}
        return {"status": _WORDS[response.certificate_status]}
    except (ValueError, x509.InvalidVersion):
        return {}
