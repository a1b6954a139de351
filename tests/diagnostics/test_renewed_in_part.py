"""Certificates that were renewed in part: another connection of the same name gets the old one."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from itertools import count

from diagnostics import finding_text
from tests.daemons.certificates import DAY, CertificateFiles
from tests.diagnostics.conftest import Lab
from tests.fakes.hostile_http import Behaviour, HostileServer, answers

HOST = "shop.example"
PAGE = b"<!doctype html><title>Shop</title><h1>Shop</h1><p>Pots and pans by post.</p>"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
# One request that names the address and the handshake that is judged come before all others.
_FIRST = 2


def in_turn(first: CertificateFiles, then: CertificateFiles) -> Behaviour:
    """Show one certificate to the first connections and another to those that follow."""
    contexts = []
    for files in (first, then):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files.chain, files.key)
        contexts.append(context)
    numbers = count(1)
    speak = answers(_ANSWER % (len(PAGE), PAGE))

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        context = contexts[0 if next(numbers) <= _FIRST else 1]
        with (
            suppress(ssl.SSLError, OSError),
            context.wrap_socket(connection, server_side=True) as tls,
        ):
            speak(tls, stopped)

    return behave


def test_one_of_two_certificates_behind_an_address_has_ended(lab: Lab) -> None:
    good, old = lab.authority.issue(HOST), lab.authority.issue(HOST, ends=-3 * DAY)
    server = HostileServer(in_turn(good, old), (443,))
    lab.enter(server)
    lab.name(HOST, server.address)
    report = lab.ask(f"https://{HOST}/")
    assert [(f.code, f.severity) for f in report.findings] == [("tls.expired", "warning")]
    assert "every server" in finding_text(report.findings[0], "en").remedy


def test_two_good_certificates_behind_an_address_are_no_fault(lab: Lab) -> None:
    good, other = lab.authority.issue(HOST), lab.authority.issue(HOST, ends=80 * DAY)
    server = HostileServer(in_turn(good, other), (443,))
    lab.enter(server)
    lab.name(HOST, server.address)
    assert lab.ask(f"https://{HOST}/").verdict == "healthy"
