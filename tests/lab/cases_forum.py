"""Sites described in forums and issue trackers, with the causes that were found."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Callable

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
_SCRIPT_BYTES, _FIRST_BYTES, _HTTPS_PORT = 2_000_000, 16_000, 443
_PROGRAM = "document.getElementById('app').textContent = 'pots and kettles';"
_TYPES = "types { text/html html; text/javascript js; } "


def _shell(script: str, inside: str = "") -> Site:
    return Site(_TYPES + inside, pages={"index.html": _SHELL, "app.js": script})


def _packed_script(connection: socket.socket, _: threading.Event) -> None:
    """Send a page, and its compressed script without Content-Encoding, as storage buckets do."""
    is_script = request_of(connection).startswith(b"GET /app.js")
    body = gzip.compress(_PROGRAM.encode()) if is_script else _SHELL.encode()
    kind = b"Content-Type: text/javascript\r\n" if is_script else HTML
    connection.sendall(OK + kind + b"Content-Length: %d\r\n\r\n" % len(body) + body)


def _names_responder(authority: Authority, name: str) -> CertificateFiles:
    """Issue a certificate that names an OCSP responder, which isn't queried here."""
    place = x509.UniformResourceIdentifier("http://status.lab.example/")
    access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, place)
    return authority.issue(name, extensions=(x509.AuthorityInformationAccess([access]),))


def _cached(answer: bytes, *, is_mended: bool = True) -> Behaviour:
    """Send a cached answer, and the page for URLs with a query, which the cache doesn't have."""
    page = b"<title>Mill</title><h1>Pots</h1><p>By post or at our door.</p>"

    def behave(connection: socket.socket, _: threading.Event) -> None:
        if b"?" in request_of(connection).partition(b"\r\n")[0] and is_mended:
            connection.sendall(OK + HTML + b"Content-Length: %d\r\n\r\n" % len(page) + page)
        else:
            head = answer + b"\r\nAge: 7200\r\nX-Cache: HIT\r\n" + HTML
            connection.sendall(head + b"Content-Length: 5\r\n\r\nerror")

    return behave


def _script_that(sends: Callable[[socket.socket, threading.Event], None]) -> Behaviour:
    """Send a page with a script of 2 MB, of which `sends` sends all but the beginning."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        if request_of(connection).startswith(b"GET /app.js"):
            kind = b"Content-Type: text/javascript\r\n"
            connection.sendall(OK + kind + b"Content-Length: %d\r\n\r\n" % _SCRIPT_BYTES)
            connection.sendall(_PROGRAM.encode().ljust(_FIRST_BYTES))
            sends(connection, stopped)
        else:
            body = _SHELL.encode()
            connection.sendall(OK + HTML + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return behave


def _is_cut(_connection: socket.socket, _stopped: threading.Event) -> None:
    """Close the connection, as a proxy does that can't write its temporary file."""


def _gets_stuck(_connection: socket.socket, stopped: threading.Event) -> None:
    """Send no more, and keep the connection."""
    stopped.wait(30)


def _pauses(connection: socket.socket, stopped: threading.Event) -> None:
    """Send the rest after two seconds."""
    if not stopped.wait(2):
        connection.sendall(b" " * (_SCRIPT_BYTES - _FIRST_BYTES))


def _sends_to_mute_tls(connection: socket.socket, stopped: threading.Event) -> None:
    """Redirect http to https, where the server never answers."""
    if connection.getsockname()[1] == _HTTPS_PORT:
        stopped.wait(30)
        return
    host = b"tostucktls.lab.example"
    request_of(connection)
    head = b"HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\n"
    connection.sendall(head + b"Location: https://" + host + b"/\r\n\r\n")


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
    "scriptcut": ("http.parts_missing", Site(behaviour=_script_that(_is_cut))),
    "scriptstuck": ("http.parts_missing", Site(behaviour=_script_that(_gets_stuck))),
    "tostucktls": ("tcp.no_answer", Site(behaviour=_sends_to_mute_tls, ports=(80, 443))),
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
    "halfdown": (
        "http.fails_at_times",
        Site("location / { proxy_pass http://half; proxy_next_upstream off; }"),
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
    "scriptpauses": Site(behaviour=_script_that(_pauses)),
    "bigscript": _shell(_PROGRAM + "\n// words\n" * 200_000),
    "scriptmoved": _shell(
        "",
        "location = /app.js { return 302 /build/app.js; } "
        f'location /build/ {{ default_type text/javascript; return 200 "{_PROGRAM}"; }}',
    ),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_FAST = {"halfdown", "packedscript", "scriptfails", "commentscript", "scriptcut"}
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
