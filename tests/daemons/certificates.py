"""Issues test certificates with `cryptography`, valid ones and ones with every defect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

DAY = timedelta(days=1)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True)
class CertificateFiles:
    """The files of a certificate's chain, as the server sends it, and of its key."""

    chain: Path
    key: Path


class Authority:
    """A test certificate authority; `file` is its root certificate, for `Options.ca_file`."""

    def __init__(self, folder: Path, name: str = "Test Root") -> None:
        self._folder = self.folder = folder
        self._sent: tuple[x509.Certificate, ...] = ()
        self._url = ""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        now = datetime.now(UTC)
        self.certificate = (
            _builder(self._name, self._name, self._key, now - 1000 * DAY, now + 1000 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .add_extension(_usage(is_authority=True), critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False
            )
            .sign(self._key, hashes.SHA256())
        )
        self.file = folder / "root.pem"
        self.file.write_bytes(_pem(self.certificate))

    def intermediate(  # noqa: PLR0913 - what an authority may differ in
        self,
        name: str,
        *,
        url: str = "",
        ends: timedelta = 500 * DAY,
        key_of: Authority | None = None,
        depth: int = 0,
        organisation: str = "",
    ) -> Authority:
        """
        Return an authority below this one; the certificates that it issues name `url` as its own.

        Its certificate is written to the folder as DER, under the last part of that URL. With
        `key_of` it has that authority's key: a cross-signed certificate.
        """
        below = object.__new__(Authority)
        below._folder = below.folder = self._folder
        below._key = key_of._key if key_of else ec.generate_private_key(ec.SECP256R1())
        below._name, below._url = _name(name, organisation), url
        now = datetime.now(UTC)
        public = below._key.public_key()
        below.certificate = (
            _builder(below._name, self._name, below._key, now - 600 * DAY, now + ends)
            .add_extension(x509.BasicConstraints(ca=True, path_length=depth), critical=True)
            .add_extension(_usage(is_authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        below._sent, below.file = (below.certificate,), self.file
        if url:
            der = below.certificate.public_bytes(serialization.Encoding.DER)
            (self._folder / url.rpartition("/")[2]).write_bytes(der)
        return below

    def issue(  # noqa: PLR0913 - what a certificate may differ in
        self,
        *names: str,
        begins: timedelta = -30 * DAY,
        ends: timedelta = 60 * DAY,
        self_signed: bool = False,
        with_chain: bool = True,
        common_name: str = "",
        more: tuple[x509.Certificate, ...] = (),
        key: Key | None = None,
        extensions: tuple[x509.ExtensionType, ...] = (),
    ) -> CertificateFiles:
        """
        Issue a certificate for names or addresses; `begins` and `ends` are relative to now.

        The certificates in `more` are sent after the chain.
        """
        key = key or ec.generate_private_key(ec.SECP256R1())
        now = datetime.now(UTC)
        subject = _name(common_name or names[0])
        issuer = subject if self_signed else self._name
        certificate = _builder(subject, issuer, key, now + begins, now + ends).add_extension(
            x509.BasicConstraints(ca=False, path_length=None), critical=True
        )
        if names:
            alternatives = x509.SubjectAlternativeName([_general(n) for n in names])
            certificate = certificate.add_extension(alternatives, critical=False)
        if self._url:
            certificate = certificate.add_extension(_access(self._url), critical=False)
        for extension in extensions:
            certificate = certificate.add_extension(extension, critical=False)
        signed = certificate.sign(key if self_signed else self._key, hashes.SHA256())
        return self._write(signed, key, (*(self._sent if with_chain else ()), *more))

    def staple(self, files: CertificateFiles, *, is_revoked: bool = False) -> Path:
        """Write the OCSP response about a certificate, valid for a week (RFC 6960)."""
        certificate = x509.load_pem_x509_certificate(files.chain.read_bytes())
        now = datetime.now(UTC)
        response = (
            ocsp.OCSPResponseBuilder()
            .add_response(
                cert=certificate,
                issuer=self.certificate,
                algorithm=hashes.SHA1(),  # noqa: S303 - names the certificate, RFC 6960's own
                cert_status=ocsp.OCSPCertStatus.REVOKED if is_revoked else ocsp.OCSPCertStatus.GOOD,
                this_update=now - DAY,
                next_update=now + 7 * DAY,
                revocation_time=now - 2 * DAY if is_revoked else None,
                revocation_reason=x509.ReasonFlags.key_compromise if is_revoked else None,
            )
            .responder_id(ocsp.OCSPResponderEncoding.HASH, self.certificate)
            .sign(self._key, hashes.SHA256())
        )
        file = files.chain.with_suffix(".ocsp")
        file.write_bytes(response.public_bytes(serialization.Encoding.DER))
        return file

    def _write(
        self,
        certificate: x509.Certificate,
        key: Key,
        sent: tuple[x509.Certificate, ...],
    ) -> CertificateFiles:
        stem = f"{certificate.serial_number:x}"
        files = CertificateFiles(self._folder / f"{stem}.pem", self._folder / f"{stem}.key")
        files.chain.write_bytes(b"".join(_pem(part) for part in (certificate, *sent)))
        files.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        return files


def _access(url: str) -> x509.AuthorityInformationAccess:
    """Return the extension with the URL of the issuer's certificate (RFC 5280, section 4.2.2.1)."""
    place = x509.UniformResourceIdentifier(url)
    method = AuthorityInformationAccessOID.CA_ISSUERS
    return x509.AuthorityInformationAccess([x509.AccessDescription(method, place)])


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: Key,
    begins: datetime,
    ends: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(ends)
    )


def _usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )


def _name(text: str, organisation: str = "") -> x509.Name:
    attributes = [x509.NameAttribute(NameOID.COMMON_NAME, text)]
    if organisation:
        attributes.insert(0, x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    return x509.Name(attributes)


def _general(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
