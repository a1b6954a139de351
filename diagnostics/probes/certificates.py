"""Parse certificates from DER; nothing is verified."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from diagnostics.observations import Certificate
from diagnostics.texts import escape_hidden

# Shared certificates may have thousands of names.
_UNREADABLE = (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, ValueError)
_MAX_NAMES = 100
# Browsers reject wildcards for a whole top-level domain: "*.com" matches nothing.
_LAST_LABELS = 2
_OTHER_KEYS = (
    (ed25519.Ed25519PublicKey, "Ed25519"),
    (ed448.Ed448PublicKey, "Ed448"),
    (dsa.DSAPublicKey, "DSA"),
)
# Keys whose signatures Chrome and Safari don't support.
KEYS_BEYOND_BROWSERS = frozenset({"EC secp521r1", "Ed25519", "Ed448", "DSA"})


def read_certificate(der: bytes) -> Certificate:
    """
    Parse a certificate (RFC 5280).

    Raises:
        ValueError: it can't be parsed.

    """
    try:
        parsed = x509.load_der_x509_certificate(der)
    except x509.InvalidVersion as error:
        raise ValueError(str(error)) from error
    return Certificate(
        subject=_common_name(parsed.subject),
        issuer=_common_name(parsed.issuer),
        issuer_organisation=_organisation(parsed.issuer),
        names=_names(parsed),
        not_before=parsed.not_valid_before_utc,
        not_after=parsed.not_valid_after_utc,
        is_self_signed=_is_self_signed(parsed),
        issuer_urls=_issuer_urls(parsed),
        sha256=hashlib.sha256(der).hexdigest(),
        key_sha256=hashlib.sha256(_public_key_info(parsed)).hexdigest(),
        key=_key(parsed),
        signs=_signs(parsed),
        is_for_servers=_is_for_servers(parsed),
        wants_staple=_wants_staple(parsed),
        has_responder=_has_responder(parsed),
    )


def end_of(der: bytes | None) -> datetime | None:
    """Return when a certificate expires; None without one, or if it can't be parsed."""
    try:
        return read_certificate(der).not_after if der else None
    except ValueError:
        return None


def name_matches(certificate: Certificate, host: str) -> bool:
    """
    Check whether a certificate matches a host, as browsers do (RFC 9525).

    Only subject alternative names count; a wildcard matches exactly the leftmost label. An address
    must be listed as an address.
    """
    try:
        host = str(ip_address(host))
    except ValueError:
        return any(_name_covers(name.lower().removesuffix("."), host) for name in certificate.names)
    return f"ip:{host}" in certificate.names


def _name_covers(pattern: str, host: str) -> bool:
    if pattern == host:
        return True
    star, _, rest = pattern.partition(".")
    return star == "*" and rest.count(".") >= _LAST_LABELS - 1 and host.partition(".")[2] == rest


def _common_name(name: x509.Name) -> str:
    attributes = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(attributes[0].value) if attributes else name.rfc4514_string()
    return escape_hidden(text)


def _organisation(name: x509.Name) -> str:
    attributes = name.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    return escape_hidden(str(attributes[0].value)) if attributes else ""


def _names(parsed: x509.Certificate) -> tuple[str, ...]:
    try:
        extension = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return ()
    names = extension.value.get_values_for_type(x509.DNSName)
    addresses = extension.value.get_values_for_type(x509.IPAddress)
    return tuple(escape_hidden(name, 255) for name in [*names, *(f"ip:{a}" for a in addresses)])[
        :_MAX_NAMES
    ]


def _is_self_signed(parsed: x509.Certificate) -> bool:
    # Equal names only mean self-issued; its own key must verify it too (RFC 5280, section 3.2).
    if parsed.issuer != parsed.subject:
        return False
    try:
        parsed.verify_directly_issued_by(parsed)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _public_key_info(parsed: x509.Certificate) -> bytes:
    try:
        return parsed.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except (ValueError, UnsupportedAlgorithm):
        return b""


def _key(parsed: x509.Certificate) -> str:
    try:
        key = parsed.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return ""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return next((name for kind, name in _OTHER_KEYS if isinstance(key, kind)), "")


def _signs(parsed: x509.Certificate) -> bool | None:
    """Check whether the key may sign (RFC 5280, section 4.2.1.3); None if not restricted."""
    try:
        usage = parsed.extensions.get_extension_for_class(x509.KeyUsage)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return None
    return usage.value.digital_signature


def _is_for_servers(parsed: x509.Certificate) -> bool | None:
    """Check whether servers may use it (RFC 5280, section 4.2.1.12); None if not restricted."""
    try:
        usage = parsed.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return None
    servers = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return not servers.isdisjoint(usage.value)


def _wants_staple(parsed: x509.Certificate) -> bool:
    """Check whether each handshake must include a stapled status (RFC 7633, section 4.2.3.1)."""
    try:
        features = parsed.extensions.get_extension_for_class(x509.TLSFeature)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return False
    return x509.TLSFeatureType.status_request in features.value


def _has_responder(parsed: x509.Certificate) -> bool:
    """Check whether it names an OCSP responder (RFC 6960, section 3.1)."""
    method = AuthorityInformationAccessOID.OCSP
    return any(access.access_method == method for access in _accesses(parsed))


def _accesses(parsed: x509.Certificate) -> tuple[x509.AccessDescription, ...]:
    try:
        extension = parsed.extensions.get_extension_for_class(x509.AuthorityInformationAccess)
    except (x509.ExtensionNotFound, *_UNREADABLE):
        return ()
    return tuple(extension.value)


def _issuer_urls(parsed: x509.Certificate) -> tuple[str, ...]:
    return tuple(
        escape_hidden(access.access_location.value, 500)
        for access in _accesses(parsed)
        if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS
        and isinstance(access.access_location, x509.UniformResourceIdentifier)
        and re.match(r"https?://", access.access_location.value)
    )
