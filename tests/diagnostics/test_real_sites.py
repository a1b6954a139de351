"""Real nginx and BIND on loopback, broken one way at a time: exactly the right codes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from diagnostics import Report
from tests.daemons.certificates import DAY
from tests.daemons.loopback import free_address
from tests.diagnostics.conftest import Lab, codes
from tests.fakes.hostile_http import HostileServer, stays_silent

SHOP = "shop.example"


def told(report: Report) -> tuple[str, set[str]]:
    assert report.duration_s < 10
    assert Report.model_validate_json(report.model_dump_json()) == report
    for language in ("en", "ru"):
        for one in report.as_dict(language)["findings"]:
            assert one["title"]
            assert "…" not in one["title"] + one["explanation"] + one["remedy"]
    return report.verdict, set(codes(report))


def site(lab: Lab, inside: str = "", **choices: object) -> None:
    lab.name(SHOP, lab.nginx(inside, **choices).address)


def test_a_healthy_site_is_reachable(lab: Lab) -> None:
    site(lab, certificate=lab.authority.issue(SHOP))
    report = lab.ask(SHOP)
    assert told(report) == ("healthy", {"ok.reachable"})
    facts = report.facts()
    assert facts["status"] == 200
    assert facts["opens-by-address"] == facts["opens-by-name"] == "yes"
    assert facts["http"] == facts["https"] == "open"
    assert "symptom" not in facts


def test_a_site_of_plain_http_is_reachable_when_no_scheme_was_typed(lab: Lab) -> None:
    """A browser that finds 443 closed falls back to http."""
    site(lab)
    assert told(lab.ask(SHOP)) == ("healthy", {"ok.reachable"})


def test_the_typed_scheme_decides(lab: Lab) -> None:
    site(lab)
    report = lab.ask(f"https://{SHOP}/")
    assert told(report) == ("fault", {"tcp.refused"})
    assert report.findings[0].subject == f"{SHOP}:443"


def test_https_alone_is_reachable(lab: Lab) -> None:
    site(lab, certificate=lab.authority.issue(SHOP), listen=("443 ssl",))
    assert told(lab.ask(SHOP)) == ("healthy", {"ok.reachable"})


def test_a_port_and_path_are_tested_exactly(lab: Lab) -> None:
    inside = "location = /y { if ($arg_a = 1) { return 200 'right'; } return 404; }"
    site(lab, inside, certificate=lab.authority.issue(SHOP), listen=("8443 ssl",))
    assert told(lab.ask(f"https://{SHOP}:8443/y?a=1#part")) == ("healthy", {"ok.reachable"})
    assert told(lab.ask(f"https://{SHOP}:8443/y")) == ("fault", {"http.not_found"})
    assert told(lab.ask(f"{SHOP}:8443/y?a=1")) == ("healthy", {"ok.reachable"})


def test_an_address_needs_no_certificate(lab: Lab) -> None:
    """For a bare address a browser takes http."""
    nginx = lab.nginx(certificate=lab.authority.issue("panel.example"))
    assert told(lab.ask(nginx.address)) == ("healthy", {"ok.reachable"})
    assert told(lab.ask(f"https://{nginx.address}/")) == ("fault", {"tls.name_mismatch"})


@pytest.mark.parametrize(
    ("zone", "name", "code"),
    [
        ("", f"no.{SHOP}", "dns.nxdomain"),
        ("txt IN TXT x", f"txt.{SHOP}", "dns.no_address"),
        (None, SHOP, "dns.servfail"),
        ("www IN CNAME nowhere", f"www.{SHOP}", "dns.cname_dangling"),
        ("a IN CNAME b\nb IN CNAME a", f"a.{SHOP}", "dns.cname_loop"),
        ("@ IN A 10.1.2.3", SHOP, "dns.private_address"),
        ("@ IN A 192.168.0.7", SHOP, "dns.private_address"),
    ],
)
def test_names(lab: Lab, zone: str | None, name: str, code: str) -> None:
    lab.names({SHOP: zone})
    report = lab.ask(name)
    assert told(report) == ("fault", {code})
    assert not {o.probe for o in report.observations} & {"ping", "tcp", "tls", "http"}


def test_a_refusing_resolver_says_nothing_of_the_target(lab: Lab) -> None:
    lab.names({"other.example": ""})
    assert told(lab.ask(SHOP)) == ("inconclusive", {"dns.resolver_unreachable"})


def test_a_silent_resolver_says_nothing_of_the_target(lab: Lab) -> None:
    assert told(lab.ask(SHOP)) == ("inconclusive", {"dns.resolver_unreachable"})


def test_a_closed_port(lab: Lab) -> None:
    lab.name(SHOP, free_address())
    report = lab.ask(SHOP)
    assert told(report) == ("fault", {"tcp.refused"})
    assert [finding.subject for finding in report.findings] == [f"{SHOP}:443", f"{SHOP}:80"]
    assert report.facts()["symptom"] == "refused"


@pytest.mark.parametrize(
    ("names", "begins", "ends", "self_signed", "code"),
    [
        ([SHOP], -90 * DAY, -2 * DAY, False, "tls.expired"),
        ([SHOP], 2 * DAY, 90 * DAY, False, "tls.not_yet_valid"),
        (["other.example"], -DAY, 60 * DAY, False, "tls.name_mismatch"),
        ([SHOP], -DAY, 60 * DAY, True, "tls.self_signed"),
    ],
)
def test_certificates(  # noqa: PLR0913, PLR0917 - a table's columns
    lab: Lab,
    names: list[str],
    begins: timedelta,
    ends: timedelta,
    self_signed: bool,  # noqa: FBT001 - a table's column
    code: str,
) -> None:
    files = lab.authority.issue(*names, begins=begins, ends=ends, self_signed=self_signed)
    site(lab, certificate=files)
    report = lab.ask(SHOP)
    assert told(report) == ("fault", {code})
    assert report.facts()["status"] == 200, "the page is fetched whatever the certificate is worth"
    assert report.facts()["symptom"] == "security-warning"


def test_all_defects_of_a_certificate_are_named(lab: Lab) -> None:
    """OpenSSL alone reports one; mending only that one would bring the next."""
    files = lab.authority.issue("other.example", begins=-90 * DAY, ends=-DAY, self_signed=True)
    site(lab, certificate=files)
    expected = {"tls.expired", "tls.self_signed", "tls.name_mismatch"}
    assert told(lab.ask(SHOP)) == ("fault", expected)


def test_an_unknown_root(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> None:
    stranger = type(lab.authority)(tmp_path_factory.mktemp("stranger"), "Stranger")
    site(lab, certificate=stranger.issue(SHOP))
    assert told(lab.ask(SHOP)) == ("fault", {"tls.untrusted_issuer"})


def test_a_certificate_that_ends_soon_is_a_warning(lab: Lab) -> None:
    site(lab, certificate=lab.authority.issue(SHOP, ends=9 * DAY))
    assert told(lab.ask(SHOP)) == ("degraded", {"tls.expiring_soon"})


def test_plain_text_on_the_tls_port(lab: Lab) -> None:
    site(lab, listen=("80", "443"))
    assert told(lab.ask(f"https://{SHOP}/")) == ("fault", {"tls.not_tls"})


def test_plain_http_to_a_tls_port(lab: Lab) -> None:
    site(lab, certificate=lab.authority.issue(SHOP), listen=("8443 ssl",))
    assert told(lab.ask(f"http://{SHOP}:8443/")) == ("fault", {"http.plain_on_tls_port"})


@pytest.mark.parametrize(
    ("inside", "code", "status"),
    [
        ("location / { return 500; }", "http.server_error", 500),
        ("location / { proxy_pass http://127.0.0.1:9; }", "http.bad_gateway", 502),
        ("location / { return 503; }", "http.unavailable", 503),
        ("location / { return 504; }", "http.gateway_timeout", 504),
        ("location / { deny all; }", "http.forbidden", 403),
        ("location / { return 404; }", "http.not_found", 404),
        ("location / { return 410; }", "http.not_found", 410),
        ("location / { return 200 ''; }", "http.empty_page", 200),
    ],
)
@pytest.mark.parametrize("has_tls", [False, True])
def test_pages(lab: Lab, inside: str, code: str, status: int, has_tls: bool) -> None:  # noqa: FBT001
    site(lab, inside, certificate=lab.authority.issue(SHOP) if has_tls else None)
    report = lab.ask(SHOP)
    assert report.findings[0].code == code
    assert report.verdict == "fault"
    assert set(codes(report)) == {code}
    assert report.facts()["status"] == status


def test_a_program_that_hangs_while_files_are_served(lab: Lab) -> None:
    """Another path answers, so it is this request that hangs, not the server."""
    with HostileServer(stays_silent, (9090,)) as program:
        inside = f"location = / {{ proxy_pass http://{program.address}:9090; }}"
        nginx = lab.nginx(inside)
        assert told(lab.ask(nginx.address)) == ("fault", {"http.timeout"})


def test_a_cdn_whose_origin_fails(lab: Lab) -> None:
    site(lab, "location / { return 522; }")
    assert told(lab.ask(SHOP)) == ("fault", {"http.cdn_origin_error"})


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("location / { return 401; }", "http.auth_required"),
        ("location / { return 429; }", "http.rate_limited"),
    ],
)
def test_pages_that_are_warnings(lab: Lab, inside: str, code: str) -> None:
    site(lab, inside)
    assert told(lab.ask(SHOP)) == ("degraded", {code})


def test_a_redirect_to_a_bad_certificate_is_the_certificate(lab: Lab) -> None:
    files = lab.authority.issue(SHOP, begins=-90 * DAY, ends=-DAY)
    inside = "if ($scheme = http) { return 301 https://$host$request_uri; }"
    site(lab, inside, certificate=files)
    assert told(lab.ask(f"http://{SHOP}/")) == ("fault", {"tls.expired"})
    assert told(lab.ask(SHOP)) == ("fault", {"tls.expired"})


def test_a_redirect_to_a_closed_port_of_its_own(lab: Lab) -> None:
    site(lab, "return 301 https://$host$request_uri;")
    for text in (SHOP, f"http://{SHOP}/"):
        report = lab.ask(text)
        assert told(report) == ("fault", {"tcp.refused"})
        assert report.findings[0].subject == f"{SHOP}:443"


@pytest.mark.parametrize(
    "inside",
    [
        "location / { return 302 /a; } location = /a { return 302 /; }",
        "location ~ ^/(.*)$ { return 302 /$1x; }",
    ],
)
def test_redirects_that_never_end(lab: Lab, inside: str) -> None:
    site(lab, inside)
    report = lab.ask(SHOP)
    assert told(report) == ("fault", {"http.redirect_loop"})
    assert report.facts()["symptom"] == "too-many-redirects"


def test_https_and_http_that_redirect_to_each_other(lab: Lab) -> None:
    inside = (
        "if ($scheme = http) { return 301 https://$host/; }"
        "if ($scheme = https) { return 301 http://$host/; }"
    )
    site(lab, inside, certificate=lab.authority.issue(SHOP))
    assert told(lab.ask(SHOP)) == ("fault", {"http.redirect_loop"})


@pytest.mark.parametrize(
    "location",
    [
        "http://192.168.0.1/",
        "http://10.0.0.1:8080/admin",
        "http://localhost/",
        "http://shop.example:22/",
        "http://user:secret@shop.example/",
        "ftp://shop.example/",
        "http://127.1/",
        "http://missing.shop.example/",
        "http://inside.shop.example/",
        "http://[::1]/",
    ],
)
def test_a_redirect_that_may_not_be_followed(lab: Lab, location: str) -> None:
    nginx = lab.nginx(f"return 302 {location};")
    lab.names({SHOP: f"@ IN A {nginx.address}\ninside IN A 10.0.0.9"})
    assert told(lab.ask(SHOP)) == ("fault", {"http.bad_redirect_target"})


def test_a_redirect_to_www_on_the_same_server_is_followed(lab: Lab) -> None:
    inside = "if ($host = shop.example) { return 301 https://www.shop.example/; }"
    files = lab.authority.issue(SHOP, f"www.{SHOP}")
    nginx = lab.nginx(inside, certificate=files)
    lab.names({SHOP: f"@ IN A {nginx.address}\nwww IN A {nginx.address}"})
    assert told(lab.ask(SHOP)) == ("healthy", {"ok.reachable"})


def test_the_default_page_leads_over_its_certificate(lab: Lab) -> None:
    page = (
        "<html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1>"
        "<p>If you see this page, the nginx web server is successfully installed and working."
        "</p></body></html>"
    )
    files = lab.authority.issue("default.example")
    site(lab, certificate=files, pages={"index.html": page})
    report = lab.ask(f"https://{SHOP}/")
    assert told(report) == ("fault", {"http.default_page"})
    assert [one.code for one in report.findings[0].consequences] == ["tls.name_mismatch"]


def test_a_page_about_nginx_is_no_default_page(lab: Lab) -> None:
    page = "<title>How to see “Welcome to nginx!”</title>An article."
    site(lab, pages={"index.html": page})
    assert told(lab.ask(SHOP)) == ("healthy", {"ok.reachable"})


def test_one_of_two_addresses_is_closed(lab: Lab) -> None:
    nginx = lab.nginx()
    lab.name(SHOP, nginx.address, free_address())
    report = lab.ask(f"http://{SHOP}/")
    assert told(report) == ("degraded", {"tcp.refused"})


def test_a_name_that_should_point_elsewhere(lab: Lab) -> None:
    from dataclasses import replace  # noqa: PLC0415
    from ipaddress import ip_address  # noqa: PLC0415

    site(lab)
    lab.options = replace(lab.options, expect_addresses=(ip_address("127.0.9.9"),))
    assert told(lab.ask(SHOP)) == ("fault", {"dns.wrong_address"})
    at = ip_address(lab.ask(SHOP).addresses[0])
    lab.options = replace(lab.options, expect_addresses=(at,))
    assert told(lab.ask(SHOP)) == ("healthy", {"ok.reachable"})
