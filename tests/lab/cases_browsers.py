"""Cases where browsers and other programs get different answers, or browsers tolerate a fault."""

from __future__ import annotations

import gzip
import shutil
import socket
import sys
import threading
from base64 import b64encode
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.daemons.certificates import DAY, CertificateFiles
from tests.fakes import tls_server
from tests.fakes.hostile_http import Behaviour, answers, request_of
from tests.lab.cases_http import HTML, OK
from tests.lab.cases_tls import dated, s_server
from tests.lab.cases_wire import CHUNKED, SHOP, chunks, sized, stalls
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

NGHTTPD = shutil.which("nghttpd") or "/usr/sbin/nghttpd"
WHOLE = b"<!doctype html><html><head><title>Shop</title></head><body>Good.</body></html>"
TWICE = gzip.compress(gzip.compress(SHOP * 20))
ZIPPED_SHOP = gzip.compress(SHOP)


def tls_fault(manner: str) -> Site:
    """Return a site served by `tests/fakes/tls_server.py` with one fault in TLS or HTTP/2."""

    def command(address: str, files: CertificateFiles) -> list[str]:
        script = str(Path(tls_server.__file__))
        return [sys.executable, script, manner, address, str(files.chain), str(files.key)]

    return Site(certificate=lambda authority, name: authority.issue(name), command=command)


def http2_alone(address: str, files: CertificateFiles) -> list[str]:
    """Return the command of a server that supports only HTTP/2."""
    page = files.chain.parent / "index.html"
    page.write_bytes(WHOLE * 3)
    at = ["--address", address, "--htdocs", str(page.parent), "443"]
    return [NGHTTPD, *at, str(files.key), str(files.chain)]


def rsa_server(*more: str) -> Site:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    command = s_server(*more).command
    return Site(certificate=lambda a, name: a.issue(name, key=key), command=command)


def trickles(parts: int, pause_s: float) -> Behaviour:
    """Send a page in parts, with a pause after each."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        request_of(connection)
        connection.sendall(OK + HTML + b"\r\n<h1>Shop</h1>")
        for _ in range(parts):
            connection.sendall(b"<p>Paint.</p>")
            if stopped.wait(pause_s):
                return

    return behave


FAULTS: dict[str, tuple[str, Site]] = {
    "h2capitals": ("http.http2_broken", tls_fault("capitals")),
    "h2resets": ("http.http2_broken", tls_fault("resets")),
    "h2goesaway": ("http.http2_broken", tls_fault("goes-away")),
    "h2closes": ("http.http2_broken", tls_fault("closes")),
    "h2cut": ("http.http2_broken", tls_fault("cut")),
    "h2isone": ("http.http2_broken", tls_fault("speaks-1")),
    "h2weak": ("http.http2_broken", tls_fault("weak-cipher")),
    "h2silent": ("http.http2_broken", tls_fault("silent")),
    "firstpacket": ("tls.large_hello", tls_fault("first-packet")),
    "firstpacketmute": ("tls.large_hello", tls_fault("first-packet-mute")),
    "dhealone": (
        "tls.handshake_failed",
        rsa_server("-tls1_2", "-cipher", "DHE-RSA-AES256-GCM-SHA384"),
    ),
    "cbcsha2alone": (
        "tls.handshake_failed",
        rsa_server("-tls1_2", "-cipher", "ECDHE-RSA-AES256-SHA384"),
    ),
    "packedtwice": (
        "http.malformed",
        Site(behaviour=sized(TWICE, OK + HTML + b"Content-Encoding: gzip\r\n")),
    ),
    "packedinsecret": ("http.malformed", Site(behaviour=sized(ZIPPED_SHOP, OK + HTML))),
    "emptyplace": (
        "http.bad_redirect_target",
        Site(behaviour=answers(b"HTTP/1.1 301 Moved\r\nLocation:\r\nContent-Length: 0\r\n\r\n")),
    ),
    "noplace": (
        "http.bad_redirect_target",
        Site(behaviour=answers(b"HTTP/1.1 302 Found\r\nContent-Length: 5\r\n\r\nmoved")),
    ),
    "refreshdead": (
        "http.bad_redirect_target",
        Site(
            pages={"index.html": "<meta http-equiv=refresh content='0;url=//nosuch.lab.example/'>"}
        ),
    ),
    "refreshloop": (
        "http.redirect_loop",
        Site(
            pages={
                "index.html": '<meta http-equiv="refresh" content="0; url=/b.html">',
                "b.html": '<meta http-equiv="refresh" content="0; url=/">',
            }
        ),
    ),
    "slowhandshake": ("http.slow", tls_fault("slow-handshake")),
    "trickle": ("http.slow", Site(behaviour=trickles(60, 0.5))),
    "twoservers": (
        "dns.stale_address",
        Site(records="twoservers IN A {shop}\ntwoservers IN A {defaultnginx}"),
    ),
    "lostkey": (
        "dns.https_record_stale",
        Site(listen=("443 ssl",), certificate=lambda authority, name: authority.issue(name)),
    ),
    "onerefuses": (
        "tcp.refused",
        Site(records="onerefuses IN A {shop}\nonerefuses IN A 127.90.251.1"),
    ),
}
WELL: dict[str, Site] = {
    "h2alone": Site(certificate=lambda a, name: a.issue(name), command=http2_alone),
    "h2wants1": tls_fault("wants-1"),
    "bigheaders": Site(
        behaviour=answers(
            OK
            + HTML
            + b"".join(b"X-Debug-%d: %s\r\n" % (n, b"x" * 400) for n in range(105))
            + b"\r\n"
            + SHOP
        )
    ),
    "nocolon": Site(behaviour=answers(OK + b"This is no header\r\nContent-Length: 2\r\n\r\nok")),
    "spacecolon": Site(behaviour=answers(OK + b"Content-Length : 2\r\n\r\nok")),
    "lowercase": Site(behaviour=answers(b"http/1.1 200 ok\r\nContent-Length: 2\r\n\r\nok")),
    "openend": Site(behaviour=stalls(OK + HTML + b"\r\n" + WHOLE)),
    "openlength": Site(behaviour=stalls(OK + HTML + b"Content-Length: 900\r\n\r\n" + WHOLE)),
    "openchunks": Site(behaviour=stalls(CHUNKED + chunks(WHOLE))),
    "overannounced": Site(behaviour=answers(OK + HTML + b"Content-Length: 900\r\n\r\n" + WHOLE)),
    "browsersonly": Site('if ($http_user_agent !~ "^Mozilla/5.0 .Windows") { return 403; }'),
    "acceptonly": Site("if ($http_accept !~ image) { return 406; }"),
    "refreshed": Site(
        pages={
            "index.html": '<meta http-equiv="refresh" content="0; url=/shop.html">',
            "shop.html": "<h1>Shop</h1>",
        }
    ),
    "refreshelse": Site(
        pages={
            "index.html": "<h1>Shop</h1><noscript><meta http-equiv=refresh "
            "content='0;url=//nosuch.lab.example/'></noscript>",
        }
    ),
    "sixdaylife": dated(-DAY, 5 * DAY),
}
# A key for encrypted names (RFC 9849, section 4) whose public name is front.lab.example.
_KEY = (
    b"\x2a\x00\x20\x00\x20"
    + bytes(32)
    + b"\x00\x04\x00\x01\x00\x01\x00\x11front.lab.example\x00\x00"
)
_KEYS = b"\xfe\x0d" + len(_KEY).to_bytes(2, "big") + _KEY
_ECH = b64encode(len(_KEYS).to_bytes(2, "big") + _KEYS).decode()
_HELPERS = {"keyrecord": Site(records=f"lostkey IN HTTPS 1 . alpn=h2 ech={_ECH}")}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL | _HELPERS
_BY_TLS = {name for name, site in SITES.items() if site.certificate}
_SLOW = {"h2silent", "trickle", "slowhandshake", "firstpacketmute"}
_ALSO: dict[str, tuple[str, ...]] = {
    "twoservers": ("http.default_page",),
    "browsersonly": ("http.programs_refused",),
    "acceptonly": ("http.programs_refused",),
}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, f"{'https' if name in _BY_TLS else 'http'}://{{{name}}}/", code, "web"),
        is_fast=name not in _SLOW,
        also=_ALSO.get(name, ()),
    )
    for name, code in _EXPECTED.items()
)
