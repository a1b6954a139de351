"""The issuer probe: fetch a certificate that the server didn't send, and verify the chain."""

from __future__ import annotations

import ssl
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.documents import fetch_document
from diagnostics.net.tcp_connect import tcp_connect
from diagnostics.net.trust_roots import judging_context_with, permissive_context
from diagnostics.observations import Certificate, IssuerObservation, TlsObservation
from diagnostics.options import Address
from diagnostics.probes.certificates import read_certificate
from diagnostics.texts import escape_hidden

MAX_ISSUERS = 3
FETCH_S = 3.0
_CAP_BYTES = 64 * 1024


class Issuer(NamedTuple):
    """The observation, the fetched certificate, and the URLs of its own issuer."""

    observation: IssuerObservation
    der: bytes | None = None
    next_urls: tuple[str, ...] = ()


def probe_issuer(  # noqa: PLR0913 - what a fetch and a judgement need
    tls: TlsObservation,
    *,
    url: str,
    source_address: Address,
    server_address: Address,
    known: tuple[bytes, ...],
    number: int,
    ca_file: Path | None,
    user_agent: str,
    deadline: Deadline,
) -> Issuer:
    """
    Fetch one issuer from a permitted address, and check whether the chain is valid with it.

    RFC 5280, section 4.2.2.1 (authority information access). At most 64 KB are read; a self-signed
    one is an unknown root, which is never trusted here. The chain is verified in another TLS
    handshake that knows the fetched certificates.
    """
    watch = Stopwatch()
    certificate: Certificate | None = None
    der: bytes | None = None
    facts: dict[str, Any] = {}
    try:
        der = _fetch(url, source_address, user_agent, deadline.within(FETCH_S))
        certificate = read_certificate(der)
        facts = {"subject": certificate.subject, "is_trusted": False}
        if not certificate.is_self_signed:
            facts["is_trusted"] = _holds(
                tls, server_address, (*known, der), ca_file, deadline.within(FETCH_S)
            )
    except Silence:
        facts = {"failure": Failure.HTTP_SILENT, "failure_detail": "not fetched in time"}
    except BrokenError as error:
        facts = {"failure": error.failure, "failure_detail": escape_hidden(error.detail)}
    except ValueError as error:
        facts = {"failure": Failure.HTTP_MALFORMED, "failure_detail": escape_hidden(str(error))}
    observation = IssuerObservation(
        id=f"issuer-{number}-of-{tls.id}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        address=str(source_address),
        url=escape_hidden(url),
        host=tls.host,
        port=tls.port,
        tls_id=tls.id,
        **facts,
    )
    if certificate is None or certificate.is_self_signed:
        return Issuer(observation, der)
    return Issuer(observation, der, certificate.issuer_urls)


def _fetch(url: str, address: Address, user_agent: str, deadline: Deadline) -> bytes:
    """Return the certificate as DER; raises BrokenError, Silence or ValueError."""
    status, body = fetch_document(
        address,
        url,
        accept="*/*",
        user_agent=user_agent,
        deadline=deadline,
        cap_bytes=_CAP_BYTES,
        tls_context=permissive_context,  # the issuer's signature is what counts
    )
    if status != HTTPStatus.OK:
        raise ValueError("no certificate there")
    return _certificate_in(body)


def _certificate_in(data: bytes) -> bytes:
    """Return the certificate in DER, PEM or PKCS #7 (RFC 5280 wants the first or the last)."""
    if b"-----BEGIN CERTIFICATE" in data:
        return x509.load_pem_x509_certificate(data).public_bytes(Encoding.DER)
    try:
        return x509.load_der_x509_certificate(data).public_bytes(Encoding.DER)
    except (ValueError, x509.InvalidVersion):
        bag = _pkcs7_certificates(data)
        return bag[0].public_bytes(Encoding.DER)


def _pkcs7_certificates(data: bytes) -> list[x509.Certificate]:
    try:
        return pkcs7.load_der_pkcs7_certificates(data)
    except UnsupportedAlgorithm as error:  # PKCS #7 without a signature, such as plain data
        raise ValueError(str(error)) from error


def _holds(
    tls: TlsObservation,
    address: Address,
    issuers: tuple[bytes, ...],
    ca_file: Path | None,
    deadline: Deadline,
) -> bool | None:
    """Check whether the chain is valid with these issuers; None if the handshake doesn't tell."""
    try:
        stream = tcp_connect(address, tls.port, deadline)
    except (BrokenError, Silence):
        return None
    try:
        stream.start_tls(judging_context_with(ca_file, issuers), tls.server_name)
    except ssl.SSLCertVerificationError:
        return False
    except (ssl.SSLError, BrokenError, Silence, ValueError):
        return None
    finally:
        stream.hang_up()
    return True
