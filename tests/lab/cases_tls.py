"""Certificates and handshakes of real servers: nginx, and OpenSSL's for old protocols."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.daemons.certificates import DAY, Authority, CertificateFiles
from tests.fakes.hostile_http import Behaviour, aborts, answers, at_once, ends, greets, stays_silent
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

OPENSSL = shutil.which("openssl") or "/usr/bin/openssl"


def dated(begins: timedelta, ends: timedelta) -> Site:
    return Site(certificate=lambda authority, name: authority.issue(name, begins=begins, ends=ends))


def s_server(*more: str) -> Site:
    """Return a site served by `openssl s_server`; -www answers any request."""

    def command(address: str, files: CertificateFiles) -> list[str]:
        at = ["-accept", f"{address}:443", "-cert", str(files.chain), "-key", str(files.key)]
        return [OPENSSL, "s_server", "-www", "-quiet", *at, *more]

    return Site(certificate=lambda authority, name: authority.issue(name), command=command)


def stranger_with_root(authority: Authority, name: str) -> CertificateFiles:
    """Issue by a company's own authority, and send the whole chain with its root."""
    folder = authority.folder / "company"
    folder.mkdir(exist_ok=True)
    company = Authority(folder, "Company Root")
    return company.intermediate("Company CA").issue(name, more=(company.certificate,))


def stranger(authority: Authority, name: str) -> CertificateFiles:
    folder = authority.folder / "stranger"
    folder.mkdir(exist_ok=True)
    return Authority(folder, "Stranger").issue(name)


def says_the_date_of(later: timedelta) -> Behaviour:
    """Send a page with the Date of a clock that is wrong by this much."""
    date = format_datetime(datetime.now(UTC) + later, usegmt=True)
    return answers(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 5\r\n\r\nhello".encode())


def crossed(authority: Authority, name: str) -> CertificateFiles:
    """Issue a certificate, and send the root cross-signed by an older, expired root with it."""
    folder = authority.folder / "older"
    folder.mkdir(exist_ok=True)
    older = Authority(folder, "Older Root")
    cross = older.intermediate("Lab Root", ends=-DAY, key_of=authority).certificate
    return authority.intermediate("Crossed").issue(name, more=(cross,))


def twin(authority: Authority, name: str) -> CertificateFiles:
    """Issue a certificate, and send an expired intermediate with the same key as the valid one."""
    here = authority.intermediate("Renewed Intermediate")
    old = authority.intermediate("Renewed Intermediate", ends=-DAY, key_of=here).certificate
    return here.issue(name, with_chain=False, more=(old, here.certificate))


def unordered(authority: Authority, name: str) -> CertificateFiles:
    upper = authority.intermediate("Upper", depth=1)
    lower = upper.intermediate("Lower")
    return lower.issue(name, with_chain=False, more=(upper.certificate, lower.certificate))


def with_strangers(authority: Authority, name: str) -> CertificateFiles:
    folder = authority.folder / "unrelated"
    folder.mkdir(exist_ok=True)
    other = Authority(folder, "Unrelated").intermediate("Unrelated 2", ends=-DAY)
    return authority.intermediate("Own").issue(name, more=(other.certificate,))


FAULTS: dict[str, tuple[str, Site]] = {
    "expired": ("tls.expired", dated(-90 * DAY, -2 * DAY)),
    "future": ("tls.not_yet_valid", dated(2 * DAY, 60 * DAY)),
    "wrongclock": (
        "tls.clock_differs",
        Site(
            "location / { proxy_pass http://@tendayslate@:80; proxy_pass_header Date; }",
            certificate=lambda authority, name: authority.issue(
                name, begins=-90 * DAY, ends=-2 * DAY
            ),
        ),
    ),
    "soon": ("tls.expiring_soon", dated(-60 * DAY, 5 * DAY)),
    "othername": (
        "tls.name_mismatch",
        Site(certificate=lambda authority, _: authority.issue("other.example")),
    ),
    "selfsigned": (
        "tls.self_signed",
        Site(certificate=lambda authority, name: authority.issue(name, self_signed=True)),
    ),
    "panelown": (
        "tls.self_signed",
        Site(
            listen=("8443 ssl",),
            certificate=lambda authority, _: authority.issue("localhost", self_signed=True),
        ),
    ),
    "unknownroot": ("tls.untrusted_issuer", Site(certificate=stranger)),
    "nochain": (
        "tls.incomplete_chain",
        Site(
            certificate=lambda authority, name: authority.intermediate(
                "Lab Intermediate", url="http://aia.lab.example/int.crt"
            ).issue(name, with_chain=False)
        ),
    ),
    "nochainatall": (
        "tls.untrusted_issuer",
        Site(
            certificate=lambda authority, name: authority.intermediate(
                "Lost Intermediate", url="http://nowhere.lab.example/lost.crt"
            ).issue(name, with_chain=False)
        ),
    ),
    "oldintermediate": (
        "tls.expired",
        Site(
            certificate=lambda authority, name: authority.intermediate(
                "Old Intermediate", ends=-DAY
            ).issue(name)
        ),
    ),
    "tls11": (
        "tls.obsolete_protocol",
        s_server("-tls1_1", "-cipher", "ALL:@SECLEVEL=0"),
    ),
    "tls10": ("tls.obsolete_protocol", s_server("-tls1", "-cipher", "ALL:@SECLEVEL=0")),
    "clientcert": ("tls.handshake_failed", s_server("-Verify", "1", "-verify_return_error")),
    "nosni": (
        "tls.handshake_failed",
        Site("ssl_reject_handshake on;", listen=("443 ssl",)),
    ),
    "plain": ("tls.not_tls", Site(listen=("80", "443"))),
    "plainmute": (
        "tls.not_tls",
        Site(behaviour=at_once(ends, b"HTTP/1.1 400 X\r\n\r\n"), ports=(443,)),
    ),
    "tlsreset": ("tcp.reset", Site(behaviour=at_once(aborts), ports=(443,))),
    "tlsmute": ("tcp.no_answer", Site(behaviour=stays_silent, ports=(443,))),
    "plainhttp": (
        "http.plain_on_tls_port",
        Site(listen=("8443 ssl",), certificate=lambda authority, name: authority.issue(name)),
    ),
}
FAULTS |= {
    "expiredyesterday": ("tls.expired", dated(-90 * DAY, -DAY / 24)),
    "expiredwrongname": (
        "tls.expired",
        Site(certificate=lambda a, _: a.issue("old.example", begins=-400 * DAY, ends=-30 * DAY)),
    ),
    "selfsignedexpired": (
        "tls.expired",
        Site(
            certificate=lambda a, name: a.issue(
                name, begins=-400 * DAY, ends=-30 * DAY, self_signed=True
            )
        ),
    ),
    "selfsignedother": (
        "tls.self_signed",
        Site(certificate=lambda a, _: a.issue("localhost", self_signed=True)),
    ),
    "hostnameonly": (
        "tls.name_mismatch",
        Site(certificate=lambda a, _: a.issue("srv1.lab.example", "www.hostnameonly.lab.example")),
    ),
    "deeperwildcard": (
        "tls.name_mismatch",
        Site(certificate=lambda a, _: a.issue("*.deeperwildcard.lab.example")),
    ),
    "noalternatives": (
        "tls.name_mismatch",
        Site(certificate=lambda a, name: a.issue(common_name=name)),
    ),
    "snakeoil": (
        "tls.self_signed",
        Site(certificate=lambda a, _: a.issue("debian", self_signed=True, ends=3000 * DAY)),
    ),
    "strangerchain": ("tls.untrusted_issuer", Site(certificate=stranger_with_root)),
    "endsin13": ("tls.expiring_soon", dated(-70 * DAY, 13 * DAY)),
    "intermediatesoon": (
        "tls.expiring_soon",
        Site(certificate=lambda a, name: a.intermediate("Ends soon", ends=5 * DAY).issue(name)),
    ),
    "nocipher": (
        "tls.handshake_failed",
        s_server("-tls1_2", "-cipher", "AES256-SHA:@SECLEVEL=0"),  # needs an RSA key
    ),
    "alert80": (
        "tls.handshake_failed",
        Site(behaviour=at_once(ends, b"\x15\x03\x03\x00\x02\x02\x50"), ports=(443,)),
    ),
    "unrecognised": (
        "tls.handshake_failed",
        Site(behaviour=at_once(ends, b"\x15\x03\x03\x00\x02\x02\x70"), ports=(443,)),
    ),
    "protocolversion": (
        "tls.handshake_failed",
        Site(behaviour=at_once(ends, b"\x15\x03\x01\x00\x02\x02\x46"), ports=(443,)),
    ),
    "tlsclosed": ("tcp.reset", Site(behaviour=at_once(ends), ports=(443,))),
    "ssh443": (
        "tcp.wrong_service",
        Site(behaviour=greets(b"SSH-2.0-OpenSSH_9.2\r\n"), ports=(443,)),
    ),
    "openvpn443": ("tcp.reset", Site(behaviour=at_once(aborts), ports=(443,))),
    "halfhello": (
        "tls.handshake_failed",
        Site(behaviour=at_once(stays_silent, b"\x16\x03\x03\x00\x7a\x02\x00"), ports=(443,)),
    ),
}
WELL: dict[str, Site] = {
    "tls": Site(certificate=lambda authority, name: authority.issue(name)),
    "fullchain": Site(
        certificate=lambda authority, name: authority.intermediate("Full Chain").issue(name)
    ),
    "tls13": Site("ssl_protocols TLSv1.3;", certificate=lambda a, name: a.issue(name)),
    "rsa": Site(
        certificate=lambda a, name: a.issue(
            name, key=rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
    ),
    "crossed": Site(certificate=crossed),
    "twin": Site(certificate=twin),
    "unordered": Site(certificate=unordered),
    "strangers": Site(certificate=with_strangers),
    "rootsent": Site(
        certificate=lambda a, name: a.intermediate("Root sent").issue(name, more=(a.certificate,))
    ),
    "twiceleaf": Site(certificate=lambda a, name: a.issue(name, more=(a.certificate,) * 2)),
    "endsin15": dated(-70 * DAY, 15 * DAY + DAY / 24),
    "sixdays": dated(-DAY / 24, 60 * DAY),
    "fortyyears": dated(-DAY, 14_000 * DAY),
    "manynames": Site(
        certificate=lambda a, name: a.issue(*(f"n{n}.lab.example" for n in range(90)), name)
    ),
    "capitalnames": Site(certificate=lambda a, name: a.issue(name.upper())),
    "h2": Site(listen=("443 ssl http2",), certificate=lambda a, name: a.issue(name)),
    "hsts": Site(
        'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;',
        certificate=lambda a, name: a.issue(name),
    ),
    "optionalcert": Site(
        "ssl_verify_client optional; ssl_client_certificate ROOT;",
        certificate=lambda a, name: a.issue(name),
    ),
    "tls12": Site("ssl_protocols TLSv1.2;", certificate=lambda a, name: a.issue(name)),
}
_HELPERS = {
    "tendayslate": Site(behaviour=says_the_date_of(-10 * DAY)),
    "aia": Site(
        "location = /int.crt { alias ISSUER/int.crt; } "
        "location = /now.crt { alias ISSUER/now.crt; }"
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL | _HELPERS
_TARGETS = {
    "plainhttp": "http://{plainhttp}:8443/",
    "panelown": "https://{panelown}:8443/",
}
_FAST = {
    "expired",
    "future",
    "soon",
    "othername",
    "selfsigned",
    "unknownroot",
    "nochain",
    "nochainatall",
    "oldintermediate",
    "tls11",
    "clientcert",
    "plain",
    "tlsreset",
    "plainhttp",
    "wrongclock",
    "nocipher",
    "noalternatives",
    "expiredwrongname",
    "tls",
    "crossed",
    "twin",
    "unordered",
}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, _TARGETS.get(name, f"https://{{{name}}}/"), code, "web"),
        is_fast=name in _FAST,
    )
    for name, code in _EXPECTED.items()
)
