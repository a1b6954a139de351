"""Answers of web servers: a real mechanism for each code, and unusual but healthy sites."""

from __future__ import annotations

import gzip
import socket
import threading

from tests.fakes.hostile_http import (
    Behaviour,
    answers,
    closes,
    greets,
    request_of,
    resets,
    stays_silent,
)
from tests.lab.model import HEALTHY, Case
from tests.lab.web import Site

OK = b"HTTP/1.1 200 OK\r\n"
LONG = "<p>" + "The shop sells good things to good people, and has for many years. " * 40
HTML = b"Content-Type: text/html; charset=utf-8\r\n"


def page(title: str, body: str, status: int = 200, headers: str = "") -> Behaviour:
    """Send a complete answer with this page."""
    text = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
    return raw(text, status, headers)


def raw(text: str, status: int = 200, headers: str = "") -> Behaviour:
    body = text.encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html; charset=utf-8\r\n{headers}"
    return answers(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def late(seconds: float) -> Behaviour:
    """Read the request and answer after a delay."""

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        request_of(connection)
        stopped.wait(seconds)
        connection.sendall(OK + b"Content-Length: 5\r\n\r\nhello")

    return behave


def answers_address_only(connection: socket.socket, _: threading.Event) -> None:
    """Answer only requests whose Host is an address; close without an answer otherwise."""
    host = request_of(connection).lower().partition(b"host:")[2].split(b"\r\n")[0].strip()
    if host.replace(b".", b"").isdigit():
        connection.sendall(OK + b"Content-Length: 5\r\n\r\nhello")


def cookie_wall(connection: socket.socket, _: threading.Event) -> None:
    """Redirect to the same URL with a cookie until the client sends it."""
    is_known = b"cookie:" in request_of(connection).lower()
    again = b"HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: a=1\r\nContent-Length: 0\r\n\r\n"
    connection.sendall(OK + b"Content-Length: 2\r\n\r\nok" if is_known else again)


def only_get(connection: socket.socket, _: threading.Event) -> None:
    request = request_of(connection)
    is_get = request.startswith(b"GET ")
    status = OK if is_get else b"HTTP/1.1 405 Method Not Allowed\r\n"
    connection.sendall(status + b"Content-Length: 2\r\n\r\nok")


FAULTS: dict[str, tuple[str, Site]] = {
    "gateway502": ("http.bad_gateway", Site("location / { proxy_pass http://127.0.0.1:9; }")),
    "gateway504": ("http.gateway_timeout", Site("location / { proxy_pass http://@mute@:80; }")),
    "mute": ("tcp.no_answer", Site(behaviour=stays_silent)),
    "unavailable": ("http.unavailable", Site("location / { return 503; }")),
    "error500": ("http.server_error", Site("location / { return 500; }")),
    "noindex": ("http.forbidden", Site(pages={"index.html": ""})),
    "password": (
        "http.auth_required",
        Site('location / { add_header WWW-Authenticate "Basic realm=x" always; return 401; }'),
    ),
    "gone": ("http.not_found", Site("location / { return 410; }")),
    "missing": ("http.not_found", Site("location = / { return 404; }")),
    "limited": ("http.rate_limited", Site("location / { limit_req zone=few; try_files /x =429; }")),
    "loop": (
        "http.redirect_loop",
        Site("location = / { return 302 /a; } location = /a { return 302 /; }"),
    ),
    "elsewhere": (
        "http.redirect_elsewhere",
        Site("location / { return 302 http://casino.other-domain.example/; }"),
    ),
    "badtarget": ("http.bad_redirect_target", Site("return 302 http://nowhere.lab.example/;")),
    "inside": ("http.bad_redirect_target", Site("return 302 http://10.0.0.7/;")),
    "slow": ("http.slow", Site(behaviour=late(3.4))),
    "hangs": (
        "http.timeout",
        Site("location = / { proxy_read_timeout 30s; proxy_pass http://@mute@:80; }"),
    ),
    "programhangs": (
        "http.timeout",
        Site("location / { proxy_read_timeout 30s; proxy_pass http://@mute@:80; }"),
    ),
    "truncated": (
        "http.truncated",
        Site(behaviour=answers(OK + HTML + b"Content-Length: 900\r\n\r\n<p>Half")),
    ),
    "malformed": ("http.malformed", Site(behaviour=answers(b"HELLO THERE\r\n\r\nwhat"))),
    "empty": ("http.empty_page", Site("location / { return 200; }")),
    "reset": ("tcp.reset", Site(behaviour=resets)),
    "closes": ("tcp.reset", Site(behaviour=closes)),
    "ssh": ("tcp.wrong_service", Site(behaviour=greets(b"SSH-2.0-OpenSSH_9.2\r\n"))),
    "smtp": ("tcp.wrong_service", Site(behaviour=greets(b"220 mx.lab.example ESMTP Postfix\r\n"))),
    "ftp": ("tcp.wrong_service", Site(behaviour=greets(b"220 ProFTPD Server ready.\r\n"))),
    "mysql": (
        "tcp.wrong_service",
        Site(
            behaviour=greets(
                b"\x4a\x00\x00\x00\x0a8.0.36\x00\x0b\x00\x00\x00abcdefgh\x00\xff\xf7\x08"
                b"\x02\x00\xff\xdf\x15mysql_native_password\x00"
            )
        ),
    ),
    "cdn522": (
        "http.cdn_origin_error",
        Site('location / { add_header cf-ray "1-X" always; return 522; }'),
    ),
    "cloudfront": (
        "http.cdn_origin_error",
        Site(
            behaviour=page(
                "ERROR: The request could not be satisfied",
                "<h1>502 ERROR</h1><h2>The request could not be satisfied.</h2>",
                502,
                "Server: CloudFront\r\n",
            )
        ),
    ),
    "vhost421": ("http.vhost_missing", Site("location / { return 421; }")),
    "vhostclosed": ("http.vhost_missing", Site(behaviour=answers_address_only)),
    "notlinked": (
        "http.vhost_missing",
        Site(
            behaviour=page(
                "Домен не прилинкован ни к одной из директорий на сервере",
                "<h1>Домен не прилинкован ни к одной из директорий на сервере!</h1>",
            )
        ),
    ),
    "notconfigured": (
        "http.vhost_missing",
        Site(
            behaviour=page(
                "Not configured", "<p>This domain is not configured on this server.</p>", 404
            )
        ),
    ),
    "listing": (
        "http.directory_listing",
        Site("autoindex on;", pages={"index.html": "", "a": "x"}),
    ),
    "defaultnginx": (
        "http.default_page",
        Site(
            behaviour=page(
                "Welcome to nginx!",
                "<h1>Welcome to nginx!</h1><p>If you see this page, the nginx web server is "
                "successfully installed and working. Further configuration is required.</p>",
            )
        ),
    ),
    "defaultapache": (
        "http.default_page",
        Site(
            behaviour=page(
                "Apache2 Debian Default Page: It works",
                "<style>" + "a{b:c}" * 2000 + "</style><h1>It works!</h1><p>This is the default "
                "welcome page used to test the correct operation of the Apache2 server</p>",
            )
        ),
    ),
    "plesk": (
        "http.default_page",
        Site(behaviour=page("Web Server's Default Page", "<p>Generated by Plesk.</p>")),
    ),
    "hestia": (
        "http.default_page",
        Site(
            behaviour=page(
                "Success! Your new web server is ready to use.",
                "<h1>Success!</h1><p>Your new web server is ready to use. Hestia</p>",
            )
        ),
    ),
    "itworks": (
        "http.default_page",
        Site(
            behaviour=raw(
                "<html><body><h1>It works!</h1></body></html>", headers="Server: Apache/2.4\r\n"
            )
        ),
    ),
    "parked": (
        "http.parked_page",
        Site(
            behaviour=page(
                "parked.lab.example",
                "<p>This domain may be for sale. lab.example</p>"
                '<script src="//img.sedoparking.com/x.js"></script>',
            )
        ),
    ),
    "regru": (
        "http.parked_page",
        Site(behaviour=page("Домен успешно зарегистрирован", "<h1>Домен зарегистрирован</h1>")),
    ),
    "suspended": (
        "http.suspended_page",
        Site(
            behaviour=page(
                "Account Suspended",
                "<h1>Account Suspended</h1><p>This Account has been suspended. Contact your "
                "hosting provider for more information.</p>",
            )
        ),
    ),
    "blocked": (
        "http.suspended_page",
        Site(
            behaviour=page(
                "Сайт заблокирован",
                "<h1>Сайт заблокирован</h1><p>Владельцу: обратитесь в поддержку хостинга.</p>",
                403,
            )
        ),
    ),
    "maintenance": (
        "http.maintenance_page",
        Site(
            behaviour=page(
                "Maintenance",
                "<p>Briefly unavailable for scheduled maintenance. Check back in a minute.</p>",
                503,
                "Retry-After: 600\r\n",
            )
        ),
    ),
    "works-ru": (
        "http.maintenance_page",
        Site(
            behaviour=page(
                "Технические работы", "<h1>На сайте ведутся технические работы</h1><p>Скоро.</p>"
            )
        ),
    ),
    "database": (
        "http.app_database_error",
        Site(
            behaviour=page(
                "Database Error", "<h1>Error establishing a database connection</h1>", 500
            )
        ),
    ),
    "sqlstate": (
        "http.app_database_error",
        Site(
            behaviour=raw(
                "<b>Fatal error</b>: Uncaught PDOException: SQLSTATE[HY000] [2002] Connection "
                "refused in /var/www/db.php:7"
            )
        ),
    ),
    "fatal": (
        "http.app_error",
        Site(
            behaviour=raw(
                "<br />\n<b>Fatal error</b>:  Uncaught Error: Call to undefined function x() in "
                "/var/www/index.php:3\nStack trace:\n#0 {main}\n  thrown in "
                "<b>/var/www/index.php</b> on line <b>3</b><br />"
            )
        ),
    ),
    "wpcritical": (
        "http.app_error",
        Site(
            behaviour=page(
                "WordPress &rsaquo; Error",
                "<p>There has been a critical error on this website.</p>",
                500,
            )
        ),
    ),
    "traceback": (
        "http.app_error",
        Site(
            behaviour=raw(
                'Traceback (most recent call last):\n  File "/srv/app.py", line 7, in x\n'
                "ValueError: no",
                500,
            )
        ),
    ),
    "challenge": (
        "http.blocked_by_protection",
        Site(
            behaviour=page(
                "Just a moment...",
                "<noscript>Enable JavaScript and cookies to continue</noscript>"
                '<script src="/cdn-cgi/challenge-platform/h/b"></script>',
                403,
                "Server: cloudflare\r\ncf-mitigated: challenge\r\ncf-ray: 1-X\r\n",
            )
        ),
    ),
    "ddosguard": (
        "http.blocked_by_protection",
        Site(
            behaviour=page(
                "DDOS-GUARD",
                "Checking your browser before accessing",
                403,
                "Server: ddos-guard\r\n",
            )
        ),
    ),
    "testcookie": (
        "http.blocked_by_protection",
        Site(
            behaviour=raw(
                '<html><body><script src="/aes.js"></script><script>function toNumbers(d){}'
                'document.cookie="t="+slowAES.decrypt();location.href="/?a=1";</script></body></html>'
            )
        ),
    ),
    "wordfence": (
        "http.blocked_by_protection",
        Site(
            behaviour=page(
                "Your access to this site has been limited",
                "<p>Your access to this site has been limited by the site owner.</p>"
                "<p>Generated by Wordfence at Sun</p>",
                503,
            )
        ),
    ),
}

WELL: dict[str, Site] = {
    "http10": Site(behaviour=answers(b"HTTP/1.0 200 OK\r\n\r\n<title>Shop</title>Hello")),
    "gzipped": Site(
        behaviour=answers(
            OK + HTML + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"<title>Shop</title>Hi")
        )
    ),
    "article502": Site(
        behaviour=page("502 Bad Gateway: what it means", f"<h1>502 Bad Gateway</h1>{LONG}")
    ),
    "shortarticle": Site(
        behaviour=page(
            "How to fix “Error establishing a database connection”",
            "<h1>Error establishing a database connection: what to do</h1><p>WordPress says so "
            "when MySQL is down. Check wp-config.php.</p><a href=/>Home</a><a href=/blog>Blog</a>",
        )
    ),
    "domainshop": Site(
        behaviour=page(
            "Domain shop",
            "<h1>Domains for sale</h1><p>coolname.example is for sale. Buy a domain, a parked "
            "domain or a premium domain here.</p><a href=/cart>Cart</a>" + LONG,
        )
    ),
    "suspendedarticle": Site(
        behaviour=page(
            "What “Account suspended” means and what to do",
            "<h1>Account suspended: what to do</h1><p>The hosting provider has suspended the "
            "account.</p>" + LONG,
        )
    ),
    "welcome": Site(behaviour=page("Welcome", "<h1>Welcome</h1><p>A family hotel by the sea.</p>")),
    "lifts": Site(
        behaviour=page(
            "Maintenance of lifts and boilers",
            "<h1>Scheduled maintenance of your lift</h1><p>Call us.</p>" + LONG,
        )
    ),
    "lifts-ru": Site(
        behaviour=page(
            "Техническое обслуживание лифтов",
            "<h1>Проводим технические работы любой сложности</h1><p>Звоните!</p>" + LONG,
        )
    ),
    "handindex": Site(
        behaviour=page(
            "Index of my writings",
            "<h1>Index of my writings</h1><ul><li><a href=a.html>A</a></li></ul>",
        )
    ),
    "phpblog": Site(
        behaviour=page(
            "PHP notes",
            "<h1>Fatal error: Uncaught TypeError</h1><pre>Fatal error: Uncaught TypeError in "
            "/var/www/a.php on line 3</pre>" + LONG + "<a href=/>x</a>" * 30,
        )
    ),
    "cloudflared": Site(
        behaviour=page("Shop", LONG, headers="Server: cloudflare\r\ncf-ray: 1-X\r\n")
    ),
    "guarded": Site(
        behaviour=page("Shop", LONG, headers="Server: ddos-guard\r\nSet-Cookie: __ddg1_=x\r\n")
    ),
    "twoseconds": Site(behaviour=late(2.0)),
    "chunked": Site(
        behaviour=answers(OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
    ),
    "nolength": Site(behaviour=answers(OK + HTML + b"\r\n<title>Shop</title>Hello")),
    "nocontent": Site("location / { return 204; }"),
    "bigheaders": Site(
        behaviour=answers(OK + b"X-Big: " + b"a" * 9000 + b"\r\nContent-Length: 2\r\n\r\nok")
    ),
    "refreshes": Site(
        "location = /shop/ { return 200 '<h1>Shop</h1>'; }",
        pages={"index.html": '<meta http-equiv="refresh" content="0; url=/shop/">Go on'},
    ),
    "getonly": Site(behaviour=only_get),
    "www-redirect": Site("location = / { return 301 /shop/; } location /shop/ { return 200 hi; }"),
    "capitals": Site(behaviour=answers(b"HTTP/1.1 200 \r\ncontent-LENGTH: 2\r\n\r\nok")),
    "loginpage": Site(behaviour=page("Вход", '<form><input name="login"></form><h1>Вход</h1>')),
    "newsproject": Site(
        behaviour=page(
            "Сайт заблокирован: что делать владельцу",
            "<h1>Почему сайт заблокирован Роскомнадзором</h1>" + LONG + "<a href=/>x</a>" * 12,
        )
    ),
    "port8443": Site(
        listen=("8443 ssl",), certificate=lambda authority, name: authority.issue(name)
    ),
    "wildcard": Site(certificate=lambda authority, _: authority.issue("*.lab.example")),
    "cookiewall": Site(behaviour=cookie_wall),
}
_TARGETS = {"port8443": "https://{port8443}:8443/"}
_FAST = {
    "gateway502",
    "error500",
    "noindex",
    "password",
    "limited",
    "loop",
    "elsewhere",
    "badtarget",
    "inside",
    "truncated",
    "malformed",
    "empty",
    "reset",
    "closes",
    "ssh",
    "mysql",
    "cdn522",
    "vhost421",
    "vhostclosed",
    "listing",
    "challenge",
    "database",
    "maintenance",
    "http10",
    "gzipped",
    "article502",
    "cookiewall",
    "nocontent",
    "bigheaders",
    "getonly",
    "port8443",
    "wildcard",
    "cloudflared",
}

SITES: dict[str, Site] = {name: site for name, (_, site) in FAULTS.items()} | WELL
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, _TARGETS.get(name, f"http://{{{name}}}/"), code, "web"),
        is_fast=name in _FAST,
    )
    for name, code in _EXPECTED.items()
)
