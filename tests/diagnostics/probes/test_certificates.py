"""Certificates that are odd: what can be read of them is read, and nothing else is raised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from diagnostics.probes.certificates import read_certificate
from diagnostics.probes.issuer import _certificate_in

NAMES, FIRST, SECOND = "2.5.29.17", "1.2.3.4", "1.2.3.5"  # subject alternative names, and private
X400_ADDRESS = bytes.fromhex("3004a3023000")
VERSION_3, VERSION_6 = bytes.fromhex("a003020102"), bytes.fromhex("a003020105")
PLAIN_DATA = bytes.fromhex("301106092a864886f70d010701a00404026869")  # PKCS #7, nothing signed


def certificate(**extensions: bytes) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "shop.example")])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    for oid, value in extensions.items():
        extension = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)
        builder = builder.add_extension(extension, critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_names_of_a_form_that_nobody_uses_are_no_names() -> None:
    read = read_certificate(certificate(**{NAMES: X400_ADDRESS}))
    assert (read.subject, read.names) == ("shop.example", ())


def test_an_extension_that_stands_there_twice() -> None:
    """RFC 5280, section 4.2, forbids it."""
    written = certificate(**{FIRST: b"\x05\x00", SECOND: b"\x05\x00"})
    twice = written.replace(bytes.fromhex("06032a0305"), bytes.fromhex("06032a0304"), 1)
    read = read_certificate(twice)
    assert (read.names, read.issuer_urls) == ((), ())


@pytest.mark.parametrize("read", [read_certificate, _certificate_in])
def test_a_version_that_does_not_exist(read: object) -> None:
    with pytest.raises(ValueError, match=r"version|PKCS7"):
        read(certificate().replace(VERSION_3, VERSION_6, 1))  # type: ignore[operator]  # one of two functions


def test_an_issuer_that_is_no_certificate() -> None:
    with pytest.raises(ValueError, match="signed"):
        _certificate_in(PLAIN_DATA)
