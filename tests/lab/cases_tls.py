"""Certificates and handshakes by real servers: nginx, and OpenSSL's own for old protocols."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.daemons.certificates import DAY, Authority, CertificateFiles
from tests.fakes.hostile_http import Behaviour, aborts, answers, at_once, ends, stays_silent
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

OPENSSL = shutil.which("openssl") or "/usr/bin/openssl"


def dated(begins: timedelta, ends: timedelta) -> Site:
    return Site(certificate=lambda authority, name: authority.issue(name, begins=begins, ends=ends))


def s_server(*more: str) -> Site:
    """OpenSSL's server; -www answers any request."""

    def command(address: str, files: CertificateFiles) -> list[str]:
        at = ["-accept", f"{address}:443", "-cert", str(files.chain), "-key", str(files.key)]
        return [OPENSSL, "s_server", "-www", "-quiet", *at, *more]

    return Site(certificate=lambda authority, name: authority.issue(name), command=command)


def stranger(authority: Authority, name: str) -> CertificateFiles:
    folder = authority.folder / "stranger"
    folder.mkdir(exist_ok=True)
    return Authority(folder, "Stranger").issue(name)


def says_the_date_of(later: timedelta) -> Behaviour:
    """A page by a clock that goes wrong."""
    date = format_datetime(datetime.now(UTC) + later, usegmt=True)
    return answers(f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Length: 5\r\n\r\nhello".encode())


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
WELL: dict[str, Site] = {
    "tls": Site(certificate=lambda authority, name: authority.issue(name)),
    "fullchain": Site(
        certificate=lambda authority, name: authority.intermediate("Full Chain").issue(name)
    ),
    "tls12": Site("ssl_protocols TLSv1.2;", certificate=lambda a, name: a.issue(name)),
}
_HELPERS = {
    "tendayslate": Site(behaviour=says_the_date_of(-10 * DAY)),
    "aia": Site("location = /int.crt { alias ISSUER; }"),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL | _HELPERS
_TARGETS = {"plainhttp": "http://{plainhttp}:8443/"}
CASES: tuple[Case, ...] = (
    *(
        Case(
            name,
            _TARGETS.get(name, f"https://{{{name}}}/"),
            code,
            "web",
            is_fast=name != "tlsmute",
        )
        for name, (code, _) in FAULTS.items()
    ),
    *(Case(name, f"https://{{{name}}}/", HEALTHY, "web") for name in WELL),
)
