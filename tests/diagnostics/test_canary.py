"""Addresses inside are never contacted, however they are spelled, resolved or redirected to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

import psutil
import pytest

from diagnostics import Options, diagnose, read_target
from tests.daemons.bind import BindServer
from tests.daemons.loopback import free_address
from tests.daemons.nginx import NginxSite

PORTS = (80, 443)
MAIL_PORTS = (25, 110, 143, 443, 465, 587, 993)


class Canary:
    """Listens on an address and counts who comes."""

    def __init__(self, address: str, ports: tuple[int, ...] = PORTS) -> None:
        self.address = address
        self.visits = 0
        self._listeners = [socket.create_server((address, port)) for port in ports]
        for listener in self._listeners:
            threading.Thread(target=self._count, args=(listener,), daemon=True).start()

    def _count(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.visits += 1
            connection.close()

    def close(self) -> None:
        for listener in self._listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def own_public_address() -> str | None:
    return next(
        (
            entry.address
            for entries in psutil.net_if_addrs().values()
            for entry in entries
            if entry.family is socket.AF_INET and not entry.address.startswith("127.")
        ),
        None,
    )


@pytest.fixture
def canaries() -> Iterator[list[Canary]]:
    addresses = [address for address in ("127.0.0.1", own_public_address()) if address]
    try:
        birds = [Canary(address) for address in addresses]
    except OSError as error:
        pytest.skip(f"ports 80 and 443 can't be had here: {error}")
    yield birds
    assert all(bird.visits == 0 for bird in birds)
    for bird in birds:
        bird.close()


SPELLINGS = (
    "{0}",
    "http://{0}/",
    "https://{0}:443/",
    "::ffff:{0}",
    "[::ffff:{0}]",
    "64:ff9b::{0}",
    "::{0}",
    "http://x@{0}/",
    "{1}",
    "http://{1}/",
    "{2}",
    "0{0}",
)


def test_no_spelling_reaches_inside(canaries: list[Canary]) -> None:
    for bird in canaries:
        number = int.from_bytes(socket.inet_aton(bird.address), "big")
        for spelling in SPELLINGS:
            text = spelling.format(bird.address, number, hex(number))
            assert not read_target(text).accepted, text


@pytest.mark.parametrize("is_mixed", [False, True])
def test_no_name_reaches_inside(canaries: list[Canary], is_mixed: bool) -> None:  # noqa: FBT001
    """One forbidden record spoils the name: the others aren't dialled either."""
    open_network = "127.99.0.0/16"
    with BindServer(
        {
            "shop.example": "\n".join(
                [f"@ IN A {bird.address}" for bird in canaries]
                + (["@ IN A 127.99.0.1"] if is_mixed else [])
                + ["alias IN CNAME shop.example."]
            )
        }
    ) as bind:
        options = Options(resolvers=(bind.resolver,), allow_networks=(ip_network(open_network),))
        for name in ("shop.example", "https://shop.example/", "alias.shop.example"):
            report = diagnose(read_target(name, options).target, options=options).report
            assert [f.code for f in report.findings] == ["dns.private_address"]
            assert {o.probe for o in report.observations} == {"dns"}


def test_no_redirect_reaches_inside(canaries: list[Canary]) -> None:
    address = free_address()
    options = Options(allow_networks=(ip_network(f"{address}/32"),))
    targets = [f"http://{bird.address}/" for bird in canaries]
    targets += ["http://2130706433/", "http://[::ffff:127.0.0.1]/", "http://127.1/"]
    for location in targets:
        with NginxSite(f"return 302 '{location}';", address=address):
            report = diagnose(
                read_target(f"http://{address}/", options).target, options=options
            ).report
        assert [f.code for f in report.findings] == ["http.bad_redirect_target"], location


def test_our_proxy_settings_and_hosts_file_are_ignored(
    canaries: list[Canary], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:80")
    assert canaries
    with NginxSite() as site:
        options = Options(allow_networks=(ip_network(f"{site.address}/32"),))
        report = diagnose(read_target(site.address, options).target, options=options).report
        assert report.verdict == "healthy"
        options = replace(options, resolvers=(f"{site.address}:9",), deadline_s=3)
        report = diagnose(read_target("localhost.example", options).target, options=options).report
        assert report.verdict == "inconclusive"


@pytest.fixture
def mail_canary() -> Iterator[Canary]:
    try:
        bird = Canary(free_address(), MAIL_PORTS)
    except OSError as error:
        pytest.skip(f"the ports of mail can't be had here: {error}")
    yield bird
    assert bird.visits == 0
    bird.close()


# Each names the forbidden address in another record of a domain's mail.
MAIL_RECORDS = {
    "an MTA-STS host": "mta-sts IN A {bird}\n@ IN MX 10 mx\nmx IN A 127.255.9.1",
    "an MTA-STS host with another address too": (
        "mta-sts IN A {bird}\nmta-sts IN A 127.255.9.1\n@ IN MX 10 mx\nmx IN A 127.255.9.1"
    ),
    "an alias of an MTA-STS host": (
        "mta-sts IN CNAME inside\ninside IN A {bird}\n@ IN MX 10 mx\nmx IN A 127.255.9.1"
    ),
    "a mail server": "@ IN MX 10 mx\nmx IN A {bird}",
    "the domain itself": "@ IN A {bird}",
    "a name that mail programs try": (
        "@ IN MX 10 mx\nmx IN A 127.255.9.1\nmail IN A {bird}\nsmtp IN A {bird}\nimap IN A {bird}"
    ),
    "a server that SRV records name": (
        "@ IN MX 10 mx\nmx IN A 127.255.9.1\n_imaps._tcp IN SRV 0 1 993 box\nbox IN A {bird}"
    ),
    "a sender that the SPF record names": "@ IN MX 10 mx\nmx IN A 127.255.9.1\nout IN A {bird}\n",
}


@pytest.mark.parametrize("records", MAIL_RECORDS.values(), ids=MAIL_RECORDS)
def test_no_record_of_mail_reaches_inside(mail_canary: Canary, records: str) -> None:
    zone = f'{records}\n@ IN TXT "v=spf1 a:out -all"\n_mta-sts IN TXT "v=STSv1; id=1"\n'
    with BindServer({"shop.example": zone.format(bird=mail_canary.address)}) as bind:
        options = Options(
            resolvers=(bind.resolver,), allow_networks=(ip_network("127.255.9.0/24"),), deadline_s=6
        )
        report = diagnose(read_target("shop.example").target, kind="mail", options=options).report
    sts = next(seen for seen in report.observations if seen.probe == "mta_sts")
    assert sts.records, "the policy was announced"
    dialled = {getattr(seen, "address", None) for seen in report.observations}
    assert mail_canary.address not in dialled
