"""
The lab's cases and worlds: how a case is run, and when its result is right.

A world is a context manager that starts real daemons and has the `Options` to diagnose them with. A
case names a target in a world, and the root cause that its diagnosis must report.

    with WORLDS["dns"]() as world:
        outcome = run_case(case, world)

`tests/lab/worlds.py` lists them all: a new world and its cases are added there.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from diagnostics import Options, Report, TargetKind, diagnose, load_probes, read_target

HEALTHY = "healthy"
_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


class World(Protocol):
    """Running daemons, and the options to diagnose them with."""

    @property
    def options(self) -> Options: ...


@runtime_checkable
class WorldOfItsOwn(Protocol):
    """A world that runs its cases itself, because they need more than a diagnosis."""

    def run(self, case: Case) -> Outcome: ...


@dataclass(frozen=True)
class Case:
    """
    One target, and the root cause that its diagnosis must report.

    `expected` is a code, or "healthy": no critical finding, no warning. `also` are further codes
    that are allowed. `options` changes the world's options for this case. Names in braces in
    `target` are replaced from the world's `places`. A regional fault may name `place` only.
    `is_fast` cases run in `make test` too.
    """

    name: str
    target: str
    expected: str
    world: str
    kind: TargetKind = "site"
    options: Callable[[Options], Options] | None = None
    also: tuple[str, ...] = ()
    is_fast: bool = True
    place: str = ""


@dataclass(frozen=True)
class Outcome:
    """The result of a case."""

    case: Case
    report: Report

    @property
    def code(self) -> str:
        """The first finding, "none" without any; "healthy" if that was expected and is true."""
        if self.report.verdict == "healthy" and self.case.expected == HEALTHY and not self._blames:
            return HEALTHY
        return self.report.findings[0].code if self.report.findings else "none"

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in self.report.findings)

    @property
    def verdict(self) -> str:
        return self.report.verdict

    @property
    def duration_s(self) -> float:
        return self.report.duration_s

    @property
    def is_named(self) -> bool:
        named = self.report.findings[0].parameters.get("places", "") if self.report.findings else ""
        return self.code == self.case.expected and named == self.case.place

    @property
    def _blames(self) -> bool:
        """Whether a finding blames the customer's side; the site itself is healthy then."""
        return any(code.startswith("client.") for code in self.codes)

    @property
    def is_false_alarm(self) -> bool:
        is_accused = self.verdict in {"fault", "degraded"} or self._blames
        return self.case.expected == HEALTHY and is_accused


def run_case(case: Case, world: World) -> Outcome:
    """Diagnose a case as the service does, or as its world does."""
    # Cases run in parallel: an import in one of them must not delay another's measurement.
    load_probes()
    if isinstance(world, WorldOfItsOwn):
        return world.run(case)
    options = case.options(world.options) if case.options else world.options
    places = getattr(world, "places", None)
    text = case.target.format_map(places) if places else case.target
    reading = read_target(text, options)
    if not reading.accepted:
        raise ValueError(f"{case.name}: {text} is not accepted: {reading.reason}")
    report = diagnose(reading.target, kind=case.kind, options=options).report
    # A world with other vantages measures from them too.
    with_views: Callable[[Report], Report] | None = getattr(world, "with_views", None)
    return Outcome(case, with_views(report) if with_views else report)


@contextmanager
def own_network() -> Iterator[None]:
    """
    Move this thread, with the threads and daemons that it starts, to a new network namespace.

    A namespace belongs to a thread (unshare(2)), and what the thread starts inherits it; other
    threads of the process keep theirs.
    """
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if _libc.unshare(_CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "a network namespace needs root")
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            # Any group may send echo requests, as in a container.
            with suppress(OSError):
                Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 2147483647")
            yield
        finally:
            if _libc.setns(before, _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "can't go back to our network")
    finally:
        os.close(before)


def add_addresses(*addresses: str) -> None:
    """Add addresses to the loopback interface: BIND listens only on an interface's addresses."""
    commands = "\n".join(
        f"addr add {address}/{128 if ':' in address else 32} dev lo" for address in addresses
    )
    subprocess.run(["ip", "-force", "-batch", "-"], input=commands.encode(), check=True)


def filter_incoming(rules: Iterable[tuple[str, str]]) -> None:
    """Add nftables rules, each for the packets to one IPv4 address of this network."""
    lines = "\n".join(f"ip daddr {address} {rule}" for address, rule in rules)
    table = f"table inet lab {{\nchain in {{\ntype filter hook input priority 0;\n{lines}\n}}\n}}\n"
    subprocess.run(["nft", "-f", "-"], input=table.encode(), check=True)


WorldFactory = Callable[[], AbstractContextManager[World]]
