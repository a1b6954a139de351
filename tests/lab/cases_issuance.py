"""Certificates that CAA records keep from renewal, or that lack the stapled status they require."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from cryptography import x509

from tests.daemons.certificates import DAY, Authority, CertificateFiles
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

Issue = Callable[[Authority, str], CertificateFiles]
_MUST_STAPLE = x509.TLSFeature([x509.TLSFeatureType.status_request])


def _by_encrypt(ends: timedelta = 60 * DAY, begins: timedelta = -80 * DAY) -> Issue:
    """Issue a certificate as an authority with a known domain for CAA records."""

    def issue(authority: Authority, name: str) -> CertificateFiles:
        below = authority.intermediate(f"R99 of {name}", organisation="Let's Encrypt")
        return below.issue(name, begins=begins, ends=ends)

    return issue


def _must_staple(authority: Authority, name: str) -> CertificateFiles:
    return authority.issue(name, extensions=(_MUST_STAPLE,))


FAULTS: dict[str, tuple[str, Site]] = {
    "caaforbids": (
        "tls.expired",
        Site(
            certificate=_by_encrypt(-2 * DAY),
            more_records='caaforbids IN CAA 0 issue "other-ca.example"',
        ),
    ),
    "caanobody": (
        "tls.expired",
        Site(certificate=_by_encrypt(-2 * DAY), more_records='caanobody IN CAA 0 issue ";"'),
    ),
    "caasoon": (
        "tls.expiring_soon",
        Site(
            certificate=_by_encrypt(8 * DAY),
            more_records='caasoon IN CAA 0 issue "other-ca.example"',
        ),
    ),
    "caaallows": (
        "tls.expired",
        Site(
            certificate=_by_encrypt(-2 * DAY),
            more_records='caaallows IN CAA 0 issue "letsencrypt.org; accounturi=https://a/1"',
        ),
    ),
    "port80shut": (
        "tls.expired",
        Site(certificate=_by_encrypt(-2 * DAY), listen=("443 ssl",)),
    ),
    "dotsshut": (
        "tls.expired",
        Site("location ~ /\\. { deny all; }", certificate=_by_encrypt(-2 * DAY)),
    ),
    "dotsshutbehind": (
        "tls.expiring_soon",
        Site(
            "if ($scheme = http) { return 301 https://$host$request_uri; } "
            "location ~ /\\. { deny all; }",
            certificate=_by_encrypt(8 * DAY),
        ),
    ),
    "muststaple": ("tls.unsuitable_certificate", Site(certificate=_must_staple)),
}
WELL: dict[str, Site] = {
    "caaintime": Site(
        certificate=_by_encrypt(), more_records='caaintime IN CAA 0 issue "other-ca.example"'
    ),
    "stapled": Site(
        "ssl_protocols TLSv1.2 TLSv1.3; ssl_stapling on; ssl_stapling_file STAPLE;",
        certificate=_must_staple,
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(name, f"https://{{{name}}}/", code, "web", is_fast=name in {"caaforbids", "stapled"})
    for name, code in _EXPECTED.items()
)
