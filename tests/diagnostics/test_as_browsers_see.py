"""What browsers see and programs don't: names, records, one address of several, certificates."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from ipaddress import ip_network

import pytest

from diagnostics import Report, finding_text
from tests.daemons.loopback import free_address
from tests.diagnostics.conftest import Lab, ask, codes
from tests.fakes.hostile_http import HostileServer, answers

SHOP = "shop.example"
# An ECHConfigList (RFC 9849, section 4) whose public name is front.example.
_CONTENTS = (
    b"\x2a\x00\x20\x00\x20" + bytes(32) + b"\x00\x04\x00\x01\x00\x01\x00\x0dfront.example\x00\x00"
)
_CONFIGURATION = b"\xfe\x0d" + len(_CONTENTS).to_bytes(2, "big") + _CONTENTS
ECH = b64encode(len(_CONFIGURATION).to_bytes(2, "big") + _CONFIGURATION).decode()
WITH_KEY = f"alpn=h2 ech={ECH}"


def words(report: Report) -> str:
    texts = (finding_text(finding, "en") for finding in report.findings)
    return "\n".join(" ".join(text) for text in texts)


@pytest.mark.parametrize("typed", ["shop.dev", "http://shop.dev/"])
def test_an_ending_that_browsers_open_by_https_alone(lab: Lab, typed: str) -> None:
    """Port 80 answers, and no browser asks it."""
    lab.name("shop.dev", lab.nginx().address)
    report = lab.ask(typed)
    assert codes(report) == ["tcp.refused"]
    assert report.verdict == "fault"
    assert "open names that end in .dev by https alone" in words(report)


def test_such_an_ending_with_https_is_well(lab: Lab) -> None:
    lab.name("shop.dev", lab.nginx(certificate=lab.authority.issue("shop.dev")).address)
    assert codes(lab.ask("http://shop.dev/")) == ["ok.reachable"]


def https_record(lab: Lab, address: str, parameters: str) -> None:
    lab.names({SHOP: f"@ IN A {address}\n@ IN HTTPS 1 . {parameters}"})


def test_a_key_for_encrypted_names_that_the_server_does_not_know(lab: Lab) -> None:
    nginx = lab.nginx(certificate=lab.authority.issue(SHOP))
    https_record(lab, nginx.address, WITH_KEY)
    report = lab.ask(SHOP)
    assert codes(report) == ["dns.https_record_stale"]
    assert "front.example" in words(report)


def test_a_server_that_proves_the_name_of_the_key_is_well(lab: Lab) -> None:
    """It tells a browser itself that the key is old (RFC 9849, section 6.1.6)."""
    nginx = lab.nginx(certificate=lab.authority.issue(SHOP, "front.example"))
    https_record(lab, nginx.address, WITH_KEY)
    assert codes(lab.ask(SHOP)) == ["ok.reachable"]


def test_a_name_with_an_https_record_is_not_opened_by_http(lab: Lab) -> None:
    https_record(lab, lab.nginx().address, "alpn=h2")
    report = lab.ask(SHOP)
    assert codes(report) == ["tcp.refused"]
    assert "has an HTTPS record" in words(report)


def variant(report: Report) -> str:
    """The words of the one finding."""
    (finding,) = report.findings
    return str(finding.parameters.get("variant", ""))


def test_a_forbidden_address_in_an_https_record_is_never_dialled(lab: Lab) -> None:
    with HostileServer(answers(b""), (80, 443)) as canary:
        nginx = lab.nginx(certificate=lab.authority.issue(SHOP))
        https_record(lab, nginx.address, f"alpn=h2 ipv4hint={canary.address}")
        own = ip_network(f"{nginx.address}/32")
        report = ask(SHOP, options=replace(lab.options, allow_networks=(own,)))
        assert codes(report) == ["ok.reachable"]
    assert canary.connections == 0


def test_an_address_in_an_https_record_where_another_site_is(lab: Lab) -> None:
    nginx = lab.nginx(certificate=lab.authority.issue(SHOP))
    old = lab.nginx(certificate=lab.authority.issue("old.example"))
    https_record(lab, nginx.address, f"alpn=h2 ipv4hint={old.address}")
    report = lab.ask(SHOP)
    assert codes(report) == ["dns.https_record_stale"]
    assert variant(report) == "hint"
    assert f"{old.address}:443 doesn't answer for the site" in words(report)
    assert nginx.address in words(report)


def test_another_address_in_an_https_record_may_serve_the_site_too(lab: Lab) -> None:
    """As CDNs have it."""
    files = lab.authority.issue(SHOP)
    first, second = lab.nginx(certificate=files), lab.nginx(certificate=files)
    https_record(lab, first.address, f"alpn=h2 ipv4hint={second.address}")
    assert codes(lab.ask(SHOP)) == ["ok.reachable"]


def test_a_name_whose_parent_makes_browsers_demand_https(lab: Lab) -> None:
    """It opens by http for us; who has been at the parent gets no further."""
    strict = 'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains";'
    parent = lab.nginx(strict, certificate=lab.authority.issue(SHOP))
    child = lab.nginx()
    lab.names({SHOP: f"@ IN A {parent.address}\nblog IN A {child.address}"})
    report = lab.ask("blog.shop.example")
    assert codes(report) == ["tcp.refused"]
    assert report.verdict == "degraded"
    assert variant(report) == "hsts"
    assert "shop.example makes browsers demand it" in words(report)


@pytest.mark.parametrize("header", ["max-age=31536000", "max-age=0; includeSubDomains"])
def test_a_parent_that_speaks_for_itself_alone(lab: Lab, header: str) -> None:
    inside = f'add_header Strict-Transport-Security "{header}";'
    parent = lab.nginx(inside, certificate=lab.authority.issue(SHOP))
    lab.names({SHOP: f"@ IN A {parent.address}\nblog IN A {lab.nginx().address}"})
    assert codes(lab.ask("blog.shop.example")) == ["ok.reachable"]


def two_addresses(lab: Lab, *addresses: str) -> None:
    lab.names({SHOP: "\n".join(f"@ IN A {address}" for address in addresses)})


def test_one_of_two_addresses_that_refuses_is_said_once(lab: Lab) -> None:
    works, shut = lab.nginx(certificate=lab.authority.issue(SHOP)).address, free_address()
    two_addresses(lab, works, shut)
    report = lab.ask(SHOP)
    assert [(f.code, f.severity) for f in report.findings] == [("tcp.refused", "warning")]
    text = words(report)
    assert f"(only at {shut})" in text
    assert f"at {works} all works" in text
    assert "remove its A record" in text


def test_one_of_two_addresses_that_leads_to_another_server(lab: Lab) -> None:
    works = lab.nginx(certificate=lab.authority.issue(SHOP)).address
    other = lab.nginx(certificate=lab.authority.issue("old.example")).address
    two_addresses(lab, works, other)
    report = lab.ask(SHOP)
    assert [(f.code, f.severity, f.subject) for f in report.findings] == [
        ("dns.stale_address", "warning", other)
    ]
    assert [f.code for f in report.findings[0].consequences] == ["tls.name_mismatch"]


def test_a_wrong_certificate_everywhere_is_no_stale_address(lab: Lab) -> None:
    files = lab.authority.issue("old.example")
    two_addresses(lab, *(lab.nginx(certificate=files).address for _ in range(2)))
    report = lab.ask(SHOP)
    assert [(f.code, f.severity) for f in report.findings] == [("tls.name_mismatch", "critical")]
    assert "only at" not in words(report)


def test_a_name_in_the_old_field_of_a_certificate(lab: Lab) -> None:
    lab.name(SHOP, lab.nginx(certificate=lab.authority.issue(common_name=SHOP)).address)
    report = lab.ask(SHOP)
    assert codes(report) == ["tls.name_mismatch"]
    assert "only where browsers no longer look" in words(report)
