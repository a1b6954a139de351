"""Diagnosing real daemons on loopback: nothing here is mocked, and no packet leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from diagnostics import Options, Report, diagnose, read_target
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority
from tests.daemons.nginx import NginxSite

LOOPBACK = Options(allow_networks=(ip_network("127.0.0.0/8"),), resolvers=("127.0.0.253:53",))

Ask = Callable[..., Report]


def ask(text: str, *, kind: Any = "site", options: Options = LOOPBACK) -> Report:
    """Read and diagnose, as the command does."""
    reading = read_target(text, options)
    assert reading.accepted, reading.reason
    return diagnose(reading.target, kind=kind, options=options).report


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real pings, closer together; real requests, with less patience."""
    monkeypatch.setattr("diagnostics.probes.ping.SPACING_S", 0.02)
    monkeypatch.setattr("diagnostics.probes.http.REQUEST_S", 2.0)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


class Lab:
    """Daemons for one test, and the options that go with them."""

    def __init__(self, stack: ExitStack, authority: Authority) -> None:
        self._stack = stack
        self.authority = authority
        self.options = replace(LOOPBACK, ca_file=authority.file)

    def nginx(self, inside: str = "", **choices: Any) -> NginxSite:
        return self._stack.enter_context(NginxSite(inside, **choices))

    def enter(self, daemon: AbstractContextManager[Any]) -> None:
        self._stack.enter_context(daemon)

    def names(self, zones: dict[str, str | None]) -> BindServer:
        bind = self._stack.enter_context(BindServer(zones))
        self.options = replace(self.options, resolvers=(bind.resolver,))
        return bind

    def name(self, host: str, *addresses: str) -> None:
        self.names({host: "\n".join(f"@ IN A {address}" for address in addresses)})

    def ask(self, text: str, **choices: Any) -> Report:
        return ask(text, options=self.options, **choices)


@pytest.fixture
def lab(authority: Authority) -> Iterator[Lab]:
    with ExitStack() as stack:
        yield Lab(stack, authority)


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]
