"""The one HTTP client, by which pages, issuers and registries are fetched: pinned and bounded."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_address
from typing import Any

import pytest

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline
from diagnostics.net.documents import fetch_document
from diagnostics.net.http_client import host_header
from diagnostics.net.trust_roots import permissive_context, verifying_context
from diagnostics.options import Address
from tests.daemons.certificates import Authority
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NginxSite
from tests.fakes.hostile_http import Behaviour, HostileServer, answers, repeats, stays_silent

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


def fetch(address: Address, url: str, **choices: Any) -> tuple[int, bytes]:
    settings: dict[str, Any] = {
        "accept": "*/*",
        "user_agent": "test",
        "deadline": Deadline.after(60),
        "cap_bytes": 1000,
        "tls_context": permissive_context,
    }
    return fetch_document(address, url, **settings | choices)


def test_the_address_is_connected_to_whatever_the_name_leads_to() -> None:
    """The name of the URL only stands in the request; nothing resolves it."""
    with HostileServer(answers(OK + b"Content-Length: 2\r\n\r\nhi")) as server:
        url = "http://metadata.internal/x"
        assert fetch(ip_address(server.address), url) == (200, b"hi")
    assert host_header(url) == "metadata.internal"


def test_a_redirect_is_not_followed() -> None:
    with HostileServer(answers(b"x")) as canary:
        away = f"HTTP/1.1 302 Found\r\nLocation: http://{canary.address}/\r\n"
        with HostileServer(answers(f"{away}Content-Length: 0\r\n\r\n".encode())) as server:
            assert fetch(ip_address(server.address), "http://shop.example/") == (302, b"")
    assert canary.connections == 0


@pytest.mark.parametrize(
    "behaviour",
    [
        repeats(OK, b"X-Again: " + b"x" * 1000 + b"\r\n"),
        repeats(OK + b"\r\n", b"x" * 1000),
        repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"5\r\nhello\r\n"),
        repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n5;", b"x" * 1000),
        answers(OK + b"Content-Length: 50\r\n\r\nhalf of it"),
        answers(b"220 mail.example ESMTP\r\n"),
        answers(b""),
    ],
    ids=["headers", "body", "chunks", "a chunk's size", "half", "another protocol", "nothing"],
)
def test_what_is_no_whole_document_is_refused(behaviour: Behaviour) -> None:
    """Endless answers end at the caps, long before the deadline."""
    with HostileServer(behaviour) as server, pytest.raises(ValueError, match=r"\w"):
        fetch(ip_address(server.address), "http://shop.example/")


def test_silence_ends_with_the_deadline() -> None:
    with HostileServer(stays_silent) as server, pytest.raises(Silence):
        fetch(ip_address(server.address), "http://shop.example/", deadline=Deadline.after(0.2))


def test_a_closed_port_is_a_refusal() -> None:
    with pytest.raises(BrokenError) as refusal:
        fetch(ip_address(free_address()), "http://shop.example/")
    assert refusal.value.failure is Failure.TCP_REFUSED


def test_a_registrys_certificate_is_demanded(authority: Authority) -> None:
    """Where the answer itself is no proof, the name and a known root are."""
    certificate = authority.issue("rdap.example")
    with NginxSite(certificate=certificate, pages={"x": "hi"}) as site:
        ask = partial(fetch, ip_address(site.address))
        known = partial(verifying_context, authority.file)
        assert ask("https://rdap.example/x", tls_context=known) == (200, b"hi")
        for url, context in (
            ("https://other.example/x", known),
            ("https://rdap.example/x", partial(verifying_context, None)),
        ):
            with pytest.raises(BrokenError) as refusal:
                ask(url, tls_context=context)
            assert refusal.value.failure is Failure.TLS_BROKEN
