"""Who answers, the front or the site: real web servers, and bytes of those that can't run here."""

from __future__ import annotations

from pathlib import Path

import pytest

from diagnostics import Report, finding_text
from tests.daemons.web_servers import APACHE, CADDY, HAPROXY, apache_over_tls, caddy, haproxy
from tests.diagnostics.conftest import Lab
from tests.fakes.hostile_http import HostileServer, answers

HOST = "shop.example"
CLOUDFLARE = "Server: cloudflare\r\nCF-RAY: 8f1c0-FRA"


def lead(report: Report) -> tuple[str, str]:
    """The first finding's code and the variant of its words."""
    first = report.findings[0]
    return first.code, str(first.parameters.get("variant", ""))


def served(lab: Lab, status: str, headers: str, body: str) -> Report:
    """Diagnose a host that answers every request so."""
    data = f"HTTP/1.1 {status}\r\n{headers}\r\nContent-Length: {len(body.encode())}\r\n\r\n{body}"
    server = HostileServer(answers(data.encode()))
    lab.enter(server)
    lab.name(HOST, server.address)
    return lab.ask(f"http://{HOST}/")


@pytest.mark.skipif(CADDY is None, reason="Caddy is not installed")
def test_a_name_that_caddy_has_no_site_for(lab: Lab) -> None:
    """It answers 200 without a byte: no program has stopped, there is none."""
    server = caddy("http://known.example {\n bind ADDRESS\n respond hello\n}\n")
    lab.enter(server)
    lab.names({HOST: f"@ IN A {server.address}", "known.example": f"@ IN A {server.address}"})
    report = lab.ask(f"http://{HOST}/")
    assert lead(report) == ("http.vhost_missing", "caddy")
    assert "Caddyfile" in finding_text(report.findings[0], "en").remedy
    assert lab.ask("http://known.example/").verdict == "healthy"


@pytest.mark.skipif(CADDY is None, reason="Caddy is not installed")
def test_an_empty_page_of_a_program_behind_caddy_is_still_an_empty_page(lab: Lab) -> None:
    server = caddy(
        f"http://{HOST} {{\n bind ADDRESS\n header Content-Type text/html\n respond 200\n}}\n"
    )
    lab.enter(server)
    lab.name(HOST, server.address)
    assert lead(lab.ask(f"http://{HOST}/")) == ("http.empty_page", "")


@pytest.mark.skipif(not Path(APACHE).exists(), reason="Apache is not installed")
def test_apache_that_nginx_names_no_host_to_over_tls(lab: Lab) -> None:
    """Both work, and every site of the server shows 421."""
    inner = apache_over_tls({name: lab.authority.issue(name) for name in ("other.example", HOST)})
    lab.enter(inner)
    pass_on = f"location / {{ proxy_pass https://{inner.address}; proxy_set_header Host $host;"
    outer = lab.nginx(f"{pass_on} proxy_ssl_verify off; }}")
    lab.name(HOST, outer.address)
    report = lab.ask(f"http://{HOST}/")
    assert lead(report) == ("http.bad_gateway", "front")
    assert report.findings[0].fixer == "hosting"


@pytest.mark.skipif(not Path(HAPROXY).exists(), reason="HAProxy is not installed")
def test_a_balancer_without_servers(lab: Lab) -> None:
    server = haproxy("frontend f\n bind ADDRESS:80\n default_backend b\nbackend b\n")
    lab.enter(server)
    lab.name(HOST, server.address)
    assert lead(lab.ask(f"http://{HOST}/")) == ("http.unavailable", "balancer")


_LIMIT = (
    "<title>508 Resource Limit Is Reached</title><h1>508</h1><h2>Resource Limit Is Reached</h2>"
)
_DJANGO = (
    "\n<!doctype html>\n<html lang='en'>\n<head>\n  <title>Bad Request (400)</title>\n</head>\n"
)
_DJANGO += "<body>\n  <h1>Bad Request (400)</h1><p></p>\n</body>\n</html>\n"


def _cloudflare(number: int, words: str) -> str:
    title = f"<title>{words} | {HOST} | Cloudflare</title>"
    return f"{title}<body><h1>Error <span>{number}</span></h1><h2>{words}</h2><p>Ray ID: 8f1c0</p>"


@pytest.mark.parametrize(
    ("status", "headers", "body", "kind"),
    [
        ("508 Loop Detected", "Server: LiteSpeed", _LIMIT, ("http.unavailable", "limit")),
        ("400 Bad Request", "Server: gunicorn", _DJANGO, ("http.vhost_missing", "django")),
        (
            "403 Forbidden",
            CLOUDFLARE,
            _cloudflare(1000, "DNS points to prohibited IP"),
            ("http.cdn_origin_error", "settings"),
        ),
        (
            "530 X",
            CLOUDFLARE,
            _cloudflare(1016, "Origin DNS error"),
            ("http.cdn_origin_error", "settings"),
        ),
        ("526 X", CLOUDFLARE, "<h1>Invalid SSL certificate</h1>", ("http.cdn_origin_error", "tls")),
        ("522 X", CLOUDFLARE, "<h1>Connection timed out</h1>", ("http.cdn_origin_error", "")),
        (
            "409 Conflict",
            CLOUDFLARE,
            _cloudflare(1001, "DNS resolution error"),
            ("http.vhost_missing", "cdn"),
        ),
        (
            "403 Forbidden",
            CLOUDFLARE,
            _cloudflare(1020, "Access denied"),
            ("http.blocked_by_protection", ""),
        ),
        (
            "500 Domain Not Found",
            "Server: Varnish",
            f"<title>Fastly error: unknown domain</title>Fastly error: unknown domain: {HOST}.",
            ("http.vhost_missing", "cdn"),
        ),
        (
            "400 Bad Request",
            "Server: AkamaiGHost",
            "<TITLE>Invalid URL</TITLE><H1>Invalid URL</H1>The requested URL is invalid.",
            ("http.vhost_missing", "cdn"),
        ),
        (
            "503 Service Temporarily Unavailable",
            "Server: awselb/2.0",
            "<center><h1>503 Service Temporarily Unavailable</h1></center>",
            ("http.unavailable", "balancer"),
        ),
        (
            "503 X",
            "Content-Type: text/plain",
            "no available server",
            ("http.unavailable", "balancer"),
        ),
        ("503 X", "Server: nginx", "<h1>503</h1>", ("http.unavailable", "")),
        ("403 Forbidden", "Server: nginx", "<h1>403 Forbidden</h1>", ("http.forbidden", "")),
    ],
)
def test_a_fronts_own_error_is_told_from_the_sites(
    lab: Lab, status: str, headers: str, body: str, kind: tuple[str, str]
) -> None:
    assert lead(served(lab, status, headers, body)) == kind


def test_a_name_that_leads_to_the_sign_up_of_a_network_of_sites(lab: Lab) -> None:
    """WordPress with many sites sends a name that it doesn't know to its main site."""
    site = lab.nginx(
        f"location = / {{ if ($host = {HOST}) "
        f"{{ return 302 http://main.example/wp-signup.php?new={HOST}; }} }}"
        "location /wp-signup.php { return 200 '<title>Sign up</title><h1>Your account</h1>'; }"
    )
    lab.names(dict.fromkeys((HOST, "main.example"), f"@ IN A {site.address}"))
    report = lab.ask(f"http://{HOST}/")
    assert lead(report) == ("http.vhost_missing", "multisite")


SOURCE = "<!DOCTYPE html><html><head><title>Shop</title></head><body><div id='page'>"


def test_the_source_of_a_template_that_begins_with_html(lab: Lab) -> None:
    body = f"{SOURCE}<?php require 'header.php'; echo $title; ?></div></body></html>"
    assert lead(served(lab, "200 OK", "Server: Apache", body)) == ("http.app_error", "")


@pytest.mark.skipif(not Path(HAPROXY).exists(), reason="HAProxy is not installed")
def test_a_balancer_that_speaks_otherwise_than_the_server_behind_it(lab: Lab) -> None:
    """The PROXY protocol is switched on at one side alone, so each request is refused."""
    inner = lab.nginx()
    outer = haproxy(
        "frontend f\n bind ADDRESS:80\n mode tcp\n default_backend b\n"
        f"backend b\n mode tcp\n server s {inner.address}:80 send-proxy\n"
    )
    lab.enter(outer)
    lab.name(HOST, outer.address)
    report = lab.ask(f"http://{HOST}/")
    assert lead(report) == ("http.bad_request", "")
    assert "proxy_protocol" in finding_text(report.findings[0], "en").remedy


def test_a_header_of_http1_that_is_passed_on_to_http2(lab: Lab) -> None:
    """Apache behind nginx announces HTTP/2 by Upgrade: Chrome overlooks it, Safari breaks off."""
    inner = HostileServer(
        answers(
            b"HTTP/1.1 200 OK\r\nUpgrade: h2,h2c\r\nConnection: Upgrade\r\n"
            b"Content-Type: text/html\r\nContent-Length: 5\r\n\r\nhello"
        )
    )
    lab.enter(inner)
    outer = lab.nginx(
        f"location / {{ proxy_pass http://{inner.address}; }}",
        certificate=lab.authority.issue(HOST),
        listen=("443 ssl http2",),
    )
    lab.name(HOST, outer.address)
    report = lab.ask(f"https://{HOST}/")
    assert (report.verdict, lead(report)) == ("degraded", ("http.http2_broken", "field"))
    assert "upgrade" in finding_text(report.findings[0], "en").explanation


@pytest.mark.skipif(CADDY is None, reason="Caddy is not installed")
def test_a_certificate_of_caddys_own(lab: Lab) -> None:
    server = caddy(f"https://{HOST} {{\n bind ADDRESS\n tls internal\n respond hello\n}}\n", 443)
    lab.enter(server)
    lab.name(HOST, server.address)
    assert lead(lab.ask(f"https://{HOST}/")) == ("tls.untrusted_issuer", "own")
