"""Slowness in each phase, once or always, at one address or on our side; and look-alikes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from diagnostics import Options
from tests.fakes.hostile_http import Behaviour, request_of
from tests.lab.cases_browsers import tls_fault, trickles
from tests.lab.cases_http import HTML, OK, late
from tests.lab.model import HEALTHY, Case
from tests.lab.slow import RESOLVERS
from tests.lab.web import Site

SECONDS = 3.4
_BIG = b"<h1>Shop</h1>" + b"<p>Paint, and more of it.</p>" * 120_000
_SLOWLY, _ALL_SLOWLY = RESOLVERS.values()


def sleepy() -> Behaviour:
    """Answer pages slowly until the application has started, which the first request triggers."""
    woken: list[float] = []

    def behave(connection: socket.socket, stopped: threading.Event) -> None:
        is_page = request_of(connection).startswith(b"GET / ")
        if is_page:
            woken.append(time.monotonic())
            stopped.wait(max(0.0, woken[0] + SECONDS - time.monotonic()))
        connection.sendall(OK + HTML + b"Content-Length: 13\r\n\r\n<h1>Shop</h1>")

    return behave


def busy_at_first(connection: socket.socket, stopped: threading.Event) -> None:
    """Answer pages slowly and files at once."""
    if request_of(connection).startswith(b"GET / "):
        stopped.wait(SECONDS)
    connection.sendall(OK + HTML + b"Content-Length: 13\r\n\r\n<h1>Shop</h1>")


def sends(body: bytes) -> Behaviour:
    def behave(connection: socket.socket, _: threading.Event) -> None:
        request_of(connection)
        connection.sendall(OK + HTML + b"Content-Length: %d\r\n\r\n" % len(body) + body)

    return behave


FAULTS: dict[str, Site] = {
    "slowpage": Site(behaviour=busy_at_first),
    "slowserver": Site(behaviour=late(SECONDS)),
    "sleepy": Site(behaviour=sleepy()),
    "slowbody": Site(behaviour=trickles(13, 0.5)),
    "slowtls": tls_fault("slow-handshake"),
    "slowname": Site(),
    "oneof": Site(records="oneof IN A {quick}\noneof IN A {slowpage}"),
    "quickcontrol": Site(behaviour=busy_at_first),
}
WELL: dict[str, Site] = {
    "quick": Site(),
    "heavy": Site(behaviour=sends(_BIG)),
    "halfslow": Site(behaviour=late(2.2)),  # no phase is slow
}
OURS: dict[str, Site] = {
    "ourside": Site(behaviour=busy_at_first),
    "ourresolver": Site(),
}
SITES = FAULTS | WELL | OURS
_EXPECTED = dict.fromkeys(FAULTS, "http.slow") | dict.fromkeys(WELL, HEALTHY)
_EXPECTED |= dict.fromkeys(OURS, "net.vantage_slow")


def _control(url: str, *resolvers: str) -> Callable[[Options], Options]:
    return lambda options: replace(
        options, controls=(url,), resolvers=resolvers or options.resolvers
    )


_QUICK = "http://quick.lab.example/"
_OPTIONS = {
    "slowname": _control(_QUICK, _SLOWLY),
    "quickcontrol": _control(_QUICK),
    "ourside": _control("http://slowpage.lab.example/"),
    "ourresolver": _control(_QUICK, _ALL_SLOWLY),
}
CASES: tuple[Case, ...] = tuple(
    Case(
        *(name, f"{'https' if site.certificate else 'http'}://{{{name}}}/"),
        *(_EXPECTED[name], "slow"),
        options=_OPTIONS.get(name),
        is_fast=name in {"oneof", "ourside"},
    )
    for name, site in SITES.items()
)
