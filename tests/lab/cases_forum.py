"""Sites as people describe them in forums and issue trackers, with what it turned out to be."""

from __future__ import annotations

import gzip
import socket
import threading

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from tests.daemons.certificates import Authority, CertificateFiles
from tests.fakes.hostile_http import Behaviour, request_of
from tests.lab.cases_http import HTML, OK
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

_SHELL = (
    "<!doctype html><html><head><title>Mill</title></head><body><div id=app></div>"
    "<script src=/app.js></script></body></html>"
)
_PROGRAM = "document.getElementById('app').textContent = 'pots and kettles';"
_TYPES = "types { text/html html; text/javascript js; } "


def _shell(script: str, inside: str = "") -> Site:
    return Site(_TYPES + inside, pages={"index.html": _SHELL, "app.js": script})


def _packed_script(connection: socket.socket, _: threading.Event) -> None:
    """Give a page, and its script as a packed file that nobody announced, as buckets do."""
    is_script = request_of(connection).startswith(b"GET /app.js")
    body = gzip.compress(_PROGRAM.encode()) if is_script else _SHELL.encode()
    kind = b"Content-Type: text/javascript\r\n" if is_script else HTML
    connection.sendall(OK + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def _names_responder(authority: Authority, name: str) -> CertificateFiles:
    """Issue a certificate that names an OCSP responder, which nobody asks here."""
    place = x509.UniformResourceIdentifier("http://status.lab.example/")
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
    return authority.issue(name, extensions=(x509.AuthorityInformationAccess([access]),))


def _cached(answer: bytes, *, is_mended: bool = True) -> Behaviour:
    """Give an answer that a cache has kept, and the page for what it doesn't know."""
    page = b"<title>Mill</title><h1>Pots</h1><p>By post or at our door.</p>"

    def behave(connection: socket.socket, _: threading.Event) -> None:
        if b"?" in request_of(connection).partition(b"\r\n")[0] and is_mended:
            connection.sendall(OK + HTML + b"Content-Length: %d\r\n\r\n" % len(page) + page)
        else:
            head = answer + b"\r\nAge: 7200\r\nX-Cache: HIT\r\n" + HTML
            connection.sendall(head + b"Content-Length: 5\r\n\r\nerror")

    return behave


_CIRCLE = b"HTTP/1.1 301 Moved Permanently\r\nLocation: http://cachedcircle.lab.example/"
_ERROR = b"HTTP/1.1 500 Internal Server Error"
_PACKED: Behaviour = _packed_script
_STAPLING = "ssl_stapling on; ssl_stapling_file STAPLE; "
FAULTS: dict[str, tuple[str, Site]] = {
    "packedscript": ("http.parts_missing", Site(behaviour=_PACKED)),
    "emptyscript": ("http.parts_missing", _shell("\n")),
    "scripttostart": (
        "http.parts_missing",
        _shell("", "location = /app.js { return 302 /; }"),
    ),
    "scriptfails": (
        "http.parts_missing",
        _shell("", "location = /app.js { return 502; }"),
    ),
    "scriptforbidden": (
        "http.parts_missing",
        _shell("", "location = /app.js { return 403; }"),
    ),
    "innerport": (
        "tcp.refused",
        Site("location = / { return 301 http://$host:8080/shop/; }"),
    ),
    "wantscertificate": (
        "http.auth_required",
        Site(
            "ssl_verify_client on; ssl_client_certificate ROOT;",
            certificate=lambda authority, name: authority.issue(name),
        ),
    ),
    "cachederror": ("http.stale_cache", Site(behaviour=_cached(_ERROR))),
    "cachedcircle": ("http.stale_cache", Site(behaviour=_cached(_CIRCLE))),
    "lastingerror": ("http.server_error", Site(behaviour=_cached(_ERROR, is_mended=False))),
    "revoked": (
        "tls.unsuitable_certificate",
        Site(f"{_STAPLING}# REVOKED\n", certificate=_names_responder),
    ),
}
WELL: dict[str, Site] = {
    "goodstaple": Site(_STAPLING, certificate=_names_responder),
    "unstapled": Site(certificate=_names_responder),
    "commentscript": _shell("<!-- for old browsers\n" + _PROGRAM + "\n//-->"),
    "scriptmoved": _shell(
        "",
        "location = /app.js { return 302 /build/app.js; } "
        f'location /build/ {{ default_type text/javascript; return 200 "{_PROGRAM}"; }}',
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_FAST = {"packedscript", "scriptfails", "commentscript"}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        name,
        f"{'https' if SITES[name].certificate else 'http'}://{{{name}}}/",
        code,
        "web",
        is_fast=name in _FAST,
    )
    for name, code in _EXPECTED.items()
)
