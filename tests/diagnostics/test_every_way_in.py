"""Every record, header and link that may name an address: none leads to one that is forbidden."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from diagnostics import Options, TargetKind, diagnose, read_target
from diagnostics.plan.run import Run
from tests.fakes.hostile_dns import HostileDnsServer
from tests.fakes.hostile_http import HostileServer, request_of

ALLOWED = ip_network("127.66.0.0/16")
OPEN, INSIDE = "127.66.1.1", "127.99.0.1"
_MAPPED = f"::ffff:{INSIDE} 64:ff9b::7f63:1 2002:7f63:1::1 ::{INSIDE} ::1 fec0::1"
# What a name of the attacker's answers; `in.example` leads inside.
RECORDS = {
    "MX": ("10 in.example.", "20 localhost.", f"30 {INSIDE}.", "40 shop.example."),
    "NS": ("ns.in.example.", f"{INSIDE}.", "localhost."),
    "SOA": ("ns.in.example. a.in.example. 1 2 3 4 5",),
    "HTTPS": (f"1 in.example. alpn=h2,h3 ipv4hint={INSIDE} ipv6hint=::1",),
    "SRV": ("0 0 22 in.example.", f"0 0 443 {INSIDE}."),
    "CAA": (f'0 iodef "http://{INSIDE}/"',),
    "PTR": ("in.example.",),
    "TXT": (f'"v=spf1 a:in.example mx:in.example include:in.example redirect={INSIDE}"',),
}
PLACES = (
    f"http://{INSIDE}/",
    f"//{INSIDE}/",
    f"http://[::ffff:{INSIDE}]/",
    "http://2137194497/",
    "http://0x7f.99.0.1/",
    "http://in.example/",
    "http://in.example.:80/",
    f"http://shop.example@{INSIDE}/",
    f"http://{INSIDE}:22/",
    "http://shop.example:25/",
    f"\\\\{INSIDE}\\",
    f"http:///{INSIDE}/",
    "http://１２７.99.0.1/",
    "http://[::1%25lo]/",
    "http://[64:ff9b::7f63:1]/",
    "gopher://shop.example:25/x",
    "file:///etc/passwd",
)
PAGE = (
    f"<base href=http://{INSIDE}/><link rel=stylesheet href=//{INSIDE}/a.css>"
    f"<script src=http://in.example/x.js></script><style>@import url(http://{INSIDE}/c.css)</style>"
    f"<meta http-equiv=refresh content='0;url=http://{INSIDE}/'><iframe src=http://in.example/>"
).encode()
_here = threading.local()  # `watcher`: the list of the diagnosis that this thread works for


def _note(event: str, arguments: tuple[object, ...]) -> None:
    """Note whom a socket of the diagnosis turns to; other threads of the process don't count."""
    watcher = getattr(_here, "watcher", None)
    if watcher is None or event not in {"socket.connect", "socket.sendto"}:
        return
    address = arguments[1]
    if isinstance(address, tuple):
        watcher.append(str(address[0]))


@cache
def _watch_sockets() -> None:
    sys.addaudithook(_note)  # once: there is no way to remove one


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses that the threads of this test's diagnosis turn to, in order."""
    _watch_sockets()
    spawn = Run.spawn

    def spawn_watched(run: Run, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Future[Any]:
        watcher = getattr(_here, "watcher", None)

        def watched(*args: Any, **kwargs: Any) -> Any:
            _here.watcher = watcher
            return work(*args, **kwargs)

        return spawn(run, watched, *args, **kwargs)

    monkeypatch.setattr(Run, "spawn", spawn_watched)
    _here.watcher = addresses = list[str]()
    yield addresses
    _here.watcher = None


class Names:
    """The attacker's name server: each name leads to an open address, the inner ones inside."""

    def __init__(self, addresses: tuple[str, ...] = (OPEN,), alias: str = "") -> None:
        self._addresses, self._alias, self._asked = addresses, alias, 0

    def answer(self, query: dns.message.Message, _count: int, _by_tcp: object) -> list[bytes]:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        question = query.question[0]
        name, kind = question.name.to_text().lower(), dns.rdatatype.to_text(question.rdtype)
        if self._alias and kind in {"A", "AAAA"} and name != self._alias:
            self._add(response, name, "CNAME", self._alias)
            name = self._alias
        for value in self._values(name, kind):
            self._add(response, name, kind, value)
        return [response.to_wire()]

    def _values(self, name: str, kind: str) -> tuple[str, ...]:
        is_inside = "in.example." in name or name.startswith("mta-sts.")
        if kind == "AAAA":
            return tuple(_MAPPED.split()) if is_inside else ()
        if kind != "A":
            return RECORDS.get(kind, ())
        if is_inside:
            return (INSIDE,)
        self._asked += 1
        # Rebinding: what was judged is not what a second lookup says.
        return self._addresses if self._asked == 1 else (*self._addresses[:1], INSIDE)

    @staticmethod
    def _add(response: dns.message.Message, name: str, kind: str, value: str) -> None:
        response.answer.append(dns.rrset.from_text(name, 1, "IN", kind, value))


def dial_of(names: Names, place: str | None, kind: TargetKind) -> None:
    def talk(connection: socket.socket, _stopped: threading.Event) -> None:
        request_of(connection)
        where = f"Location: {place}\r\n" if place else ""
        head = f"HTTP/1.1 {'302 Found' if place else '200 OK'}\r\nContent-Type: text/html\r\n"
        more = f'{where}Alt-Svc: h2="{INSIDE}:443"\r\nContent-Length: {len(PAGE)}\r\n'
        connection.sendall(f"{head}{more}Connection: close\r\n\r\n".encode() + PAGE)

    with HostileServer(talk, address=OPEN), HostileDnsServer(names.answer) as server:
        # The resolver is ours, wherever it is; only the targets are judged.
        options = Options(allow_networks=(ALLOWED,), resolvers=(server.resolver,), deadline_s=10)
        target = read_target("http://shop.example" if kind == "site" else "shop.example", options)
        _ = diagnose(target.target, kind=kind, options=options).report
        RESOLVERS.add(server.address)


RESOLVERS = set[str]()


def forbidden(dialled: list[str]) -> set[str]:
    return {
        address
        for address in dialled
        if address not in RESOLVERS and ip_address(address.partition("%")[0]) not in ALLOWED
    }


@pytest.mark.parametrize("place", PLACES)
def test_no_redirect_leads_inside(dialled: list[str], place: str) -> None:
    dial_of(Names(), place, "site")
    assert OPEN in dialled
    assert not forbidden(dialled)


@pytest.mark.parametrize("kind", ["site", "server", "mail"])
@pytest.mark.parametrize(
    "names",
    [(OPEN,), (OPEN, INSIDE)],
    ids=["records and rebinding", "mixed addresses"],
)
def test_no_record_leads_inside(
    dialled: list[str], kind: TargetKind, names: tuple[str, ...]
) -> None:
    dial_of(Names(names), None, kind)
    assert dialled
    assert not forbidden(dialled)


@pytest.mark.parametrize("kind", ["site", "server", "mail"])
def test_no_alias_leads_inside(dialled: list[str], kind: TargetKind) -> None:
    dial_of(Names(alias="in.example."), None, kind)
    assert dialled
    assert not forbidden(dialled)
