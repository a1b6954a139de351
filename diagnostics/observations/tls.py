"""Observations of a TLS handshake: the certificate chain, and what completes it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from diagnostics.observations.base import BaseObservation, FrozenModel


class Certificate(FrozenModel):
    """
    The contents of one certificate. Times are aware, UTC.

    `sha256` is of the whole, `key_sha256` of its public key (SubjectPublicKeyInfo), both in
    hexadecimal. `key` is the kind of that key and its size or curve. `signs`: whether the key may
    sign handshakes. `is_for_servers`: whether it may be a server's. Both are None if nothing is
    said. `wants_staple`: it promises that the server proves with each handshake that it isn't
    revoked (OCSP must-staple, RFC 7633). `has_responder`: it names a responder for its status (RFC
    6960).
    """

    subject: str
    issuer: str
    issuer_organisation: str = ""
    names: tuple[str, ...] = ()
    not_before: datetime
    not_after: datetime
    is_self_signed: bool
    issuer_urls: tuple[str, ...] = ()
    sha256: str
    key_sha256: str = ""
    key: str = ""
    signs: bool | None = None
    is_for_servers: bool | None = None
    wants_staple: bool = False
    has_responder: bool = False


class TlsObservation(BaseObservation):
    """
    One handshake; the certificate is read whether it is valid or not.

    `chain` is what the server sent, its own certificate first; `needed` are the indexes of those on
    the path to a trusted root, empty if there is no path. `is_trusted` is about the chain alone,
    not about dates and names; `verify_code` is OpenSSL's (18: self- signed, 19: root unknown, 20
    and 21: issuer missing). `first_bytes` is what came instead of TLS. `segment_bytes` are clamped
    TCP segments; `is_short`: the ClientHello fits into a packet. `cipher` is OpenSSL's name of the
    suite, `group` that of the key exchange, `protocol` what ALPN chose (RFC 7301).
    `long_hello_answers`: whether a ClientHello as long as those of browsers is answered, if a short
    one was. `browser_hello_answers`: whether one with only browsers' groups and signatures is.
    `is_stapled`: whether the promised proof was sent. These are None if they weren't tried.
    """

    probe: Literal["tls"] = "tls"
    address: str
    port: int
    host: str
    server_name: str | None = None
    version: str | None = None
    chain: tuple[Certificate, ...] = ()
    needed: tuple[int, ...] = ()
    name_matches: bool | None = None
    is_trusted: bool | None = None
    verify_code: int | None = None
    verify_detail: str = ""
    alert: str | None = None
    first_bytes: str | None = None
    segment_bytes: int | None = None
    is_short: bool = False
    cipher: str | None = None
    protocol: str | None = None
    group: str | None = None
    long_hello_answers: bool | None = None
    browser_hello_answers: bool | None = None
    is_stapled: bool | None = None

    @property
    def certificate(self) -> Certificate | None:
        """The server's own certificate; None if there was none."""
        return self.chain[0] if self.chain else None


class IssuerObservation(BaseObservation):
    """
    The issuer of a certificate, fetched from the address that the certificate names.

    `is_trusted`: whether the server's chain leads to a known root with it; None if it could not be
    fetched.
    """

    probe: Literal["issuer"] = "issuer"
    address: str | None = None
    url: str
    host: str
    port: int
    tls_id: str
    subject: str | None = None
    is_trusted: bool | None = None


class CertificateStatusObservation(BaseObservation):
    """
    The status of its certificate that a server stapled to a handshake (RFC 6066, section 8).

    `status` is None if it stapled none, or none of that certificate.
    """

    probe: Literal["certificate_status"] = "certificate_status"
    address: str
    port: int
    host: str
    tls_id: str
    status: Literal["good", "revoked", "unknown"] | None = None
