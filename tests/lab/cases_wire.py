"""Answers on the wire: cut, stalled or wrong ones, and unusual but healthy ones."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib

from tests.fakes.hostile_http import Behaviour, answers, greets, request_of
from tests.lab.cases_http import HTML, LONG, OK, page
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

CHUNKED = OK + HTML + b"Transfer-Encoding: chunked\r\n\r\n"
PACKED = OK + HTML + b"Content-Encoding: gzip\r\n"
SHOP = b"<title>Shop</title><h1>Shop</h1><p>Good things.</p>"
ZIPPED = gzip.compress(LONG.encode())


def chunks(*parts: bytes) -> bytes:
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)


def sized(body: bytes, head: bytes = OK + HTML) -> Behaviour:
    return answers(head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body)


def stalls(data: bytes) -> Behaviour:
    """Send the beginning of an answer, then nothing more."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        request_of(connection)
        connection.sendall(data)
        stopped.wait(30)

    return behave


def cut(data: bytes) -> Behaviour:
    """Send the data, then reset the connection."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        request_of(connection)
        connection.sendall(data)
        stopped.wait(0.1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")

    return behave


def forgets_cookies(connection: socket.socket, _: threading.Event) -> None:
    """Set a cookie and redirect to the same URL, even if the client sends the cookie."""
    request_of(connection)
    again = b"HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    connection.sendall(again)


def wants_cookie(connection: socket.socket, _: threading.Event) -> None:
    """Set a cookie and redirect to /in, which redirects back without it."""
    request = request_of(connection)
    go = b"HTTP/1.1 302 Found\r\nLocation: %s\r\n%sContent-Length: 0\r\n\r\n"
    if request.startswith(b"GET /in") and b"cookie: seen=yes" in request.lower():
        connection.sendall(OK + HTML + b"Content-Length: %d\r\n\r\n" % len(SHOP) + SHOP)
    elif request.startswith(b"GET /in"):
        connection.sendall(go % (b"/", b""))
    else:
        connection.sendall(go % (b"/in", b"Set-Cookie: seen=yes; Path=/; HttpOnly\r\n"))


def once_to(place: bytes) -> Behaviour:
    """Redirect the start page to this place, and answer all other paths."""

    def behave(connection: socket.socket, _: threading.Event) -> None:
        if request_of(connection).startswith(b"GET / "):
            head = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
            connection.sendall(head + place + b"\r\n\r\n")
        else:
            connection.sendall(OK + HTML + b"Content-Length: 5\r\n\r\nhello")

    return behave


def hops(number: int) -> str:
    """Return the nginx configuration of a chain of this many redirects that ends in a page."""
    steps = (f"location = /{n} {{ return 302 /{n + 1}; }}" for n in range(1, number))
    last = f"location = /{number} {{ return 200 'shop and more'; }}"
    return f"location = / {{ return 302 /1; }} {' '.join(steps)} {last}"


FAULTS: dict[str, tuple[str, Site]] = {
    "chunkcut": ("http.truncated", Site(behaviour=answers(CHUNKED + b"400\r\n<p>Half"))),
    "chunkend": ("http.truncated", Site(behaviour=answers(CHUNKED + chunks(SHOP)))),
    "lengthreset": (
        "http.truncated",
        Site(behaviour=cut(OK + HTML + b"Content-Length: 9000\r\n\r\n<p>Half")),
    ),
    "gzipcut": ("http.truncated", Site(behaviour=sized(ZIPPED[:-9], PACKED))),
    "gzipclosed": ("http.truncated", Site(behaviour=answers(PACKED + b"\r\n" + ZIPPED[:60]))),
    "headcut": ("http.malformed", Site(behaviour=answers(b"HTTP/1.1 20"))),
    "gzipgarbage": ("http.malformed", Site(behaviour=sized(SHOP, PACKED))),
    "statusword": ("http.malformed", Site(behaviour=answers(b"HTTP/1.1 abc OK\r\n\r\nx"))),
    "statusbig": ("http.malformed", Site(behaviour=answers(b"HTTP/1.1 9999 OK\r\n\r\nx"))),
    "http09": ("http.malformed", Site(behaviour=answers(b"<html><h1>Shop</h1></html>"))),
    "binary": ("http.malformed", Site(behaviour=answers(bytes(range(128, 256)) * 4))),
    "nostatus": (
        "http.malformed",
        Site(behaviour=answers(b"Content-Type: text/html\r\nContent-Length: 2\r\n\r\nok")),
    ),
    "chunkgarbage": ("http.malformed", Site(behaviour=answers(CHUNKED + b"zz\r\nhello\r\n0\r\n"))),
    "twolengths": (
        "http.malformed",
        Site(
            behaviour=answers(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\nhello and more")
        ),
    ),
    "emptychunked": ("http.empty_page", Site(behaviour=answers(CHUNKED + b"0\r\n\r\n"))),
    "emptyclosed": ("http.empty_page", Site(behaviour=answers(OK + HTML + b"\r\n"))),
    "emptygzip": ("http.empty_page", Site(behaviour=sized(gzip.compress(b""), PACKED))),
    "blanks": ("http.empty_page", Site(behaviour=sized(b"\r\n\r\n  \n"))),
    "blankhtml": (
        "http.empty_page",
        Site(behaviour=sized(b"<html><head></head><body></body></html>")),
    ),
    "bom": ("http.empty_page", Site(behaviour=sized(b"\xef\xbb\xbf"))),
    "stallhead": ("http.timeout", Site(behaviour=stalls(b"HTTP/1.1 200 OK\r\nServer: x\r\n"))),
    "stallbody": (
        "http.timeout",
        Site(behaviour=stalls(OK + HTML + b"Content-Length: 900\r\n\r\n<p>Half")),
    ),
    "stallstatus": ("http.timeout", Site(behaviour=stalls(b"HTTP/1."))),
    "stallchunk": ("http.timeout", Site(behaviour=stalls(CHUNKED + chunks(SHOP) + b"400\r\n"))),
    "pop3": ("tcp.wrong_service", Site(behaviour=greets(b"+OK Dovecot ready.\r\n"))),
    "imap": (
        "tcp.wrong_service",
        Site(behaviour=greets(b"* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n")),
    ),
    "redis": (
        "tcp.wrong_service",
        Site(behaviour=answers(b"-ERR wrong number of arguments for 'get' command\r\n")),
    ),
    "mariadb": (
        "tcp.wrong_service",
        Site(behaviour=greets(b"h\x00\x00\x00\xffj\x04Host '10.0.0.2' is not allowed to connect")),
    ),
    "vsftpd": ("tcp.wrong_service", Site(behaviour=greets(b"220 (vsFTPd 3.0.5)\r\n"))),
    "pureftpd": (
        "tcp.wrong_service",
        Site(behaviour=greets(b"220---------- Welcome to Pure-FTPd [privsep] ----------\r\n")),
    ),
    "exim": (
        "tcp.wrong_service",
        Site(behaviour=greets(b"220 mail.lab.example ESMTP Exim 4.96 Mon, 02 Mar 2026\r\n")),
    ),
    "tls-on-80": (
        "http.plain_on_tls_port",
        Site(behaviour=answers(b"\x15\x03\x01\x00\x02\x02\x46")),
    ),
    "plainloop": (
        "http.plain_on_tls_port",
        Site(
            "if ($server_port = 80) { return 302 http://$host:8443/; }",
            listen=("80", "8443 ssl"),
            certificate=lambda authority, name: authority.issue(name),
        ),
    ),
    "selfloop": ("http.redirect_loop", Site("return 301 http://$host$request_uri;")),
    "schemeloop": (
        "http.redirect_loop",
        Site(
            "if ($scheme = http) { return 301 https://$host/; } return 301 http://$host/;",
            certificate=lambda authority, name: authority.issue(name),
        ),
    ),
    "wwwloop": (
        "http.redirect_loop",
        Site(
            "if ($host ~ ^www) { return 301 http://wwwloop.lab.example/; } "
            "return 301 http://www.wwwloop.lab.example/;"
        ),
    ),
    "eleven": ("http.redirect_loop", Site(hops(12))),
    "everlonger": ("http.redirect_loop", Site("return 302 $request_uri/a;")),
    "cookieloop": ("http.redirect_loop", Site(behaviour=forgets_cookies)),
    "todead": ("http.bad_redirect_target", Site("return 302 http://dead.lab.example/;")),
    "tohome": ("http.bad_redirect_target", Site("return 301 http://192.168.1.10/;")),
    "tolocalhost": ("http.bad_redirect_target", Site("return 301 http://localhost:8080/;")),
    "toloopback": ("http.bad_redirect_target", Site("return 301 http://127.0.0.1/;")),
    "tomissing": (
        "http.bad_redirect_target",
        Site("return 301 https://www.tomissing.lab.example/;"),
    ),
    "totypo": ("http.bad_redirect_target", Site("return 301 https://https//shop.lab.example/;")),
    "toport": ("http.bad_redirect_target", Site("return 301 http://shop.lab.example:8080/;")),
    "elsewhere2": (
        "http.redirect_elsewhere",
        Site("return 301 http://casino.other-domain.example/;"),
    ),
    "elsewheretwice": (
        "http.redirect_elsewhere",
        Site("location = / { return 302 /go; } return 302 http://other-domain.example/;"),
    ),
    "closedtls": ("tcp.refused", Site("return 301 https://$host/;")),
    "toexpired": (
        "tls.expired",
        Site("return 301 https://expired.lab.example/;"),
    ),
    "tobroken": ("http.server_error", Site("location = / { return 302 /x; } return 500;")),
    "toempty": ("http.not_found", Site("location = / { return 302 /x; } return 404;")),
    "deadupstream": (
        "http.bad_gateway",
        Site(
            "location / { proxy_pass http://@mute@:81; error_page 502 /e.html; } "
            "location = /e.html { internal; }",
            pages={"e.html": "<h1>We mend it</h1>"},
        ),
    ),
    "resetupstream": ("http.bad_gateway", Site("location / { proxy_pass http://@reset@; }")),
    "phpdown": (
        "http.bad_gateway",
        Site("location / { fastcgi_pass unix:/nowhere/php.sock; }"),
    ),
    "clientcert400": (
        "http.auth_required",
        Site(
            "ssl_verify_client on; ssl_client_certificate ROOT;",
            listen=("443 ssl",),
            certificate=lambda authority, name: authority.issue(name),
        ),
    ),
    "notallowed": ("http.forbidden", Site("deny all;")),
    "htpasswd": (
        "http.auth_required",
        Site('auth_basic "Shop"; auth_basic_user_file /dev/null;'),
    ),
    "missingroot": ("http.not_found", Site("location / { root /nowhere; }")),
    "retryafter": (
        "http.unavailable",
        Site("location / { add_header Retry-After 120 always; return 503; }"),
    ),
}
WELL: dict[str, Site] = {
    "shop": Site(),
    "trailers": Site(
        behaviour=answers(CHUNKED + chunks(SHOP) + b"0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n")
    ),
    "extension": Site(behaviour=answers(CHUNKED + b"5;name=value\r\nhello\r\n0\r\n\r\n")),
    "http10gzip": Site(
        behaviour=answers(b"HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + ZIPPED)
    ),
    "deflated": Site(
        behaviour=sized(zlib.compress(SHOP), OK + HTML + b"Content-Encoding: deflate\r\n")
    ),
    "rawdeflate": Site(
        behaviour=sized(
            zlib.compressobj(wbits=-15).compress(SHOP) + zlib.compress(SHOP)[2:-4],
            OK + HTML + b"Content-Encoding: deflate\r\n",
        )
    ),
    "identity": Site(behaviour=sized(SHOP, OK + HTML + b"Content-Encoding: identity\r\n")),
    "latin1": Site(
        behaviour=sized(
            "<title>Bäckerei</title><h1>Brötchen</h1>".encode("latin-1"),
            OK + b"Content-Type: text/html; charset=ISO-8859-1\r\n",
        )
    ),
    "cp1251": Site(
        behaviour=sized(
            "<meta charset=windows-1251><title>Магазин</title><h1>Цветы</h1>".encode("cp1251"),
            OK + b"Content-Type: text/html\r\n",
        )
    ),
    "cp1251silent": Site(behaviour=sized("<title>Магазин</title><h1>Цветы</h1>".encode("cp1251"))),
    "utf16": Site(behaviour=sized("<title>Shop</title><h1>Shop</h1>".encode("utf-16"))),
    "utf8bom": Site(behaviour=sized(b"\xef\xbb\xbf" + SHOP)),
    "earlyhints": Site(
        behaviour=answers(
            b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
            + OK
            + HTML
            + b"Content-Length: 5\r\n\r\nhello"
        )
    ),
    "continue": Site(
        behaviour=answers(
            b"HTTP/1.1 100 Continue\r\n\r\n" + OK + HTML + b"Content-Length: 5\r\n\r\nhello"
        )
    ),
    "linefeeds": Site(behaviour=answers(b"HTTP/1.1 200 OK\nContent-Length: 5\n\nhello")),
    "folded": Site(behaviour=answers(OK + b"X-Long: a\r\n  b\r\nContent-Length: 5\r\n\r\nhello")),
    "noreason": Site(behaviour=answers(b"HTTP/1.1 200\r\nContent-Length: 5\r\n\r\nhello")),
    "samelengths": Site(
        behaviour=answers(OK + b"Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello")
    ),
    "toolong": Site(behaviour=answers(OK + b"Content-Length: 5\r\n\r\nhello and more")),
    "created": Site("location / { return 201 'made'; }"),
    "huge": Site(behaviour=sized(SHOP + b"<p>Paint. </p>" * 200_000)),
    "stream": Site(behaviour=answers(CHUNKED + chunks(*[SHOP] * 2000) + b"0\r\n\r\n")),
    "fivehops": Site(hops(5)),
    "tenhops": Site(hops(9)),
    "relative": Site(behaviour=once_to(b"?a=1")),
    "schemeless": Site(behaviour=once_to(b"//shop.lab.example/")),
    "permanent": Site(
        "location = / { return 308 /new/; } location /new/ { return 200 'new one'; }"
    ),
    "seeother": Site("location = / { return 303 /start; } location /start { return 200 'start'; }"),
    "towww": Site("if ($host !~ ^www) { return 301 http://www.towww.lab.example/; }"),
    "tohttps": Site(
        "if ($scheme = http) { return 301 https://$host/; }",
        certificate=lambda authority, name: authority.issue(name),
    ),
    "tohttpswww": Site(
        "if ($scheme = http) { return 301 https://$host/; } "
        "if ($host !~ ^www) { return 301 https://www.tohttpswww.lab.example/; }",
        certificate=lambda authority, name: authority.issue(name, f"www.{name}"),
    ),
    "cyrillic": Site("location = / { return 302 /магазин/; } location / { return 200 'магазин'; }"),
    "wantscookie": Site(behaviour=wants_cookie),
    "refreshheader": Site(
        "location = / { add_header Refresh '0; url=/shop/'; return 200 ''; }"
        "location /shop/ { return 200 shop; }"
    ),
    "port8080": Site(listen=("8080",)),
    "port8888": Site(listen=("8888",)),
    "withpath": Site("location = / { return 403; } location /shop/ { return 200 'the shop'; }"),
    "unauthorisedpart": Site("location /admin { return 401; }"),
    "headforbidden": Site("if ($request_method = HEAD) { return 405; }"),
    "twosets": Site(
        behaviour=answers(
            OK
            + HTML
            + b"".join(b"Set-Cookie: c%d=1\r\n" % n for n in range(60))
            + b"Content-Length: 5\r\n\r\nhello"
        )
    ),
    "image": Site(
        behaviour=sized(b"\x89PNG\r\n\x1a\n" + bytes(900), OK + b"Content-Type: image/png\r\n")
    ),
    "pdf": Site(
        behaviour=sized(b"%PDF-1.7\n" + bytes(900), OK + b"Content-Type: application/pdf\r\n")
    ),
    "quietdrip": Site(behaviour=page("Shop", LONG * 30)),
}
_HELPERS = {
    "wwws": Site(
        records="www.wwwloop IN A {wwwloop}\nwww.towww IN A {towww}\n"
        "www.tohttpswww IN A {tohttpswww}\ndead IN A 127.90.250.250\n"
        "пусто IN TXT x".replace("пусто", "xn--e1afmkfd")
    ),
    "casino": Site(),
}
SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL | _HELPERS
_TARGETS = {
    "plainloop": "http://{plainloop}/",
    "schemeloop": "{schemeloop}",
    "closedtls": "{closedtls}",
    "clientcert400": "https://{clientcert400}/",
    "tohttps": "{tohttps}",
    "tohttpswww": "{tohttpswww}",
    "port8080": "http://{port8080}:8080/",
    "port8888": "{port8888}:8888",
    "withpath": "http://{withpath}/shop/",
}
_FAST = {
    "gzipcut",
    "gzipgarbage",
    "chunkgarbage",
    "emptygzip",
    "blankhtml",
    "schemeloop",
    "wwwloop",
    "cookieloop",
    "plainloop",
    "tls-on-80",
    "closedtls",
    "toexpired",
    "wantscookie",
    "tohttpswww",
    "port8888",
    "utf16",
}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, _TARGETS.get(name, f"http://{{{name}}}/"), code, "web"),
        is_fast=name in _FAST,
    )
    for name, code in _EXPECTED.items()
)
