"""
What a case of the lab is, how one is run, and what counts as named.

A world is a context manager that starts real daemons and gives the `Options` to look at them
with. Cases say what a diagnosis of one target in that world must lead with.

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
    """Daemons under way, and the options to diagnose with."""

    @property
    def options(self) -> Options: ...


@runtime_checkable
class WorldOfItsOwn(Protocol):
    """A world where more than a diagnosis is to be run."""

    def run(self, case: Case) -> Outcome: ...


@dataclass(frozen=True)
class Case:
    """
    One target and what its diagnosis must lead with.

    `expected` is a code, or "healthy": no critical finding, no warning. `also` are codes that may
    stand beside it. `options` changes the world's options for this case. `target` may name
    places of the world in braces: they are filled from its `places`, where it has them.
    `place` is the only one that a regional fault may name.
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
    """What came of a case."""

    case: Case
    report: Report

    @property
    def code(self) -> str:
        """The first finding, "none" without any; "healthy" for the clean bill that was expected."""
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
        """Whether the customer's side is spoken of: the site itself stays healthy then."""
        return any(code.startswith("client.") for code in self.codes)

    @property
    def is_false_alarm(self) -> bool:
        is_accused = self.verdict in {"fault", "degraded"} or self._blames
        return self.case.expected == HEALTHY and is_accused


def run_case(case: Case, world: World) -> Outcome:
    """Diagnose as a service does, or as the world itself does."""
    # Several run at once here: none is to wait for what another imports, and call a site slow.
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
    # A world with other eyes lets them look too.
    with_views: Callable[[Report], Report] | None = getattr(world, "with_views", None)
    return Outcome(case, with_views(report) if with_views else report)


@contextmanager
def own_network() -> Iterator[None]:
    """
    Put this thread, its threads and its daemons into a network namespace of their own.

    Linux keeps the namespace per thread (unshare(2)), and what a thread starts inherits it: the
    other threads of the process stay where they were.
    """
    before = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        if _libc.unshare(_CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "a network namespace needs root")
        try:
            subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
            # 0 0 would do for nobody: every group may send echo requests, as in a container
            with suppress(OSError):
                Path("/proc/sys/net/ipv4/ping_group_range").write_text("0 2147483647")
            yield
        finally:
            if _libc.setns(before, _CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "can't go back to our network")
    finally:
        os.close(before)


def add_addresses(*addresses: str) -> None:
    """Let the loopback interface carry these addresses: BIND listens only on such."""
    commands = "\n".join(
        f"addr add {address}/{128 if ':' in address else 32} dev lo" for address in addresses
    )
    subprocess.run(["ip", "-force", "-batch", "-"], input=commands.encode(), check=True)


def filter_incoming(rules: Iterable[tuple[str, str]]) -> None:
    """Add rules of nftables, each for what comes to one IPv4 address of this network."""
    lines = "\n".join(f"ip daddr {address} {rule}" for address, rule in rules)
    table = f"table inet lab {{\nchain in {{\ntype filter hook input priority 0;\n{lines}\n}}\n}}\n"
    subprocess.run(["nft", "-f", "-"], input=table.encode(), check=True)


WorldFactory = Callable[[], AbstractContextManager[World]]
