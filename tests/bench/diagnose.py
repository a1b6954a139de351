"""
Time to verdict, against a person's tools one after another and against bare sockets.

The same targets in the same run: real nginx and BIND at the far end of a wire with a round trip of
20 ms, some healthy, some broken. The tools are `dig`, `ping -c 4` and `curl`; the bare path is one
name lookup, connection, handshake and request with nothing around them. Ours is compared with that
by the probes that are on this way (dns, tcp, tls, http), up to the last byte of the slowest page;
echo requests, the comparison of name servers and further looks (a phone's, an invented path's) run
beside it and count in the time to verdict.

On loopback there is no way to wait for: there, the time over bare sockets is our own work alone. It
is shown in milliseconds and has a bound of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import statistics
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import dns.message
import dns.query

from diagnostics import Options, Report, diagnose, read_target
from tests.bench.far import NOBODY, far_world
from tests.lab import cases_http, cases_tls
from tests.lab.web import ZONE, WebWorld

ROUNDS = 5
TOOL_ROUNDS = 1
AT_ONCE = 50
ROUND_TRIP_S = 0.02
OWN_WORK_MS = 25.0  # on loopback, on a machine that does nothing else
_HEALTHY = {
    "https://tls.{zone}": "healthy",
    "https://fullchain.{zone}": "healthy",
    "https://wildcard.{zone}": "healthy",
    "http://nolength.{zone}": "healthy",
    "http://chunked.{zone}": "healthy",
    "http://welcome.{zone}": "healthy",
}
_FAULTY = {
    "http://gateway502.{zone}": "http.bad_gateway",
    "http://unavailable.{zone}": "http.unavailable",
    "http://parked.{zone}": "http.parked_page",
    "https://expired.{zone}": "tls.expired",
    "https://gateway502.{zone}": "tcp.refused",
    "http://nobody.{zone}": "dns.nxdomain",
    "http://{nobody}": "net.host_unreachable",
}
_TOOLS = ("dig", "ping", "curl")
_ON_THE_WAY = {"dns", "tcp", "tls", "http"}
_PAGE = re.compile(r"https?-\d+@[^/]*")  # a step of the way to the page; other looks name why


@dataclass
class Times:
    """Seconds of one kind of look."""

    seconds: list[float] = field(default_factory=list)

    @property
    def median_s(self) -> float:
        return statistics.median(self.seconds)

    @property
    def p95_s(self) -> float:
        return sorted(self.seconds)[int(len(self.seconds) * 0.95)]

    def over(self, other: Times) -> tuple[float, float]:
        """Return the ratio of the medians, and of the 95th percentiles."""
        return self.median_s / other.median_s, self.p95_s / other.p95_s

    def measure(self, look: Callable[[], object]) -> None:
        started = time.perf_counter()
        look()
        self.seconds.append(time.perf_counter() - started)

    def __str__(self) -> str:
        return f"{self.median_s * 1000:.0f} ms (p95 {self.p95_s * 1000:.0f})"


@dataclass
class Bench:
    """Limits as they are kept or broken."""

    broken: list[str] = field(default_factory=list)

    def limit(self, what: str, value: float, at_most: float) -> None:
        is_kept = value <= at_most
        print(f"    {what} {value:.2f}, at most {at_most}: {'kept' if is_kept else 'BROKEN'}")
        if not is_kept:
            self.broken.append(what)


def ask(url: str, options: Options) -> Report:
    return diagnose(read_target(url, options).target, options=options).report


def on_the_way_s(report: Report) -> float:
    """How long the probes took that the verdict on the page waits for."""
    return max(
        (one.started_at - report.started_at).total_seconds() + one.duration_s
        for one in report.observations
        if one.probe in _ON_THE_WAY and (one.probe != "http" or _PAGE.fullmatch(one.id))
    )


def bare(url: str, options: Options) -> None:
    """The critical path with bare sockets: name, connection, handshake, first byte."""
    scheme, host = url.split("://")
    at, _, port = options.resolvers[0].rpartition(":")
    answer = dns.query.udp(dns.message.make_query(host, "A"), at, 5, int(port))
    address = str(answer.answer[0][0])
    sock = socket.create_connection((address, 443 if scheme == "https" else 80), 5)
    if scheme == "https":
        context = ssl.create_default_context(cafile=options.ca_file)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        sock = context.wrap_socket(sock, server_hostname=host)
    sock.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
    while sock.recv(65536):
        pass
    sock.close()


def by_tools(url: str, options: Options, address: str | None) -> None:
    """
    What a person types, one after another.

    There is no resolver of the system here: where the name is missing, `ping` and `curl` only
    look it up in vain once more, as `dig` does.
    """
    host = url.split("://")[1]
    at, _, port = options.resolvers[0].rpartition(":")
    lookup = ["dig", f"@{at}", "-p", port, host]
    if address is None:
        commands = [lookup] * 3
    else:
        port_of_scheme = "443" if url.startswith("https") else "80"
        pinned = f"{host}:{port_of_scheme}:{address}"
        request = ["curl", "-sS", "-m", "15", "--resolve", pinned, url]
        commands = [lookup, ["ping", "-c", "4", address], request]
    for command in commands:
        subprocess.run(command, capture_output=True, check=False)


def packets() -> int:
    """IP packets that this network namespace has sent so far."""
    lines = Path("/proc/thread-self/net/snmp").read_text(encoding="ascii").splitlines()
    names, values = (line.split() for line in lines if line.startswith("Ip:"))
    return int(values[names.index("OutRequests")])


def run_diagnose_bench() -> int:
    """Print the ratios; 0 when the limits are kept."""
    print("\nTime to verdict of one diagnosis, on real servers in a network of their own")
    if os.geteuid() != 0:
        print("  skipped: the lab's network namespace needs root")
        return 0
    missing = [tool for tool in _TOOLS if shutil.which(tool) is None]
    if missing:
        print(f"  BROKEN: not installed, so not compared with: {', '.join(missing)}")
        return 1
    bench = Bench()
    with far_world(ROUND_TRIP_S) as world:
        print(f"  a round trip of {ROUND_TRIP_S * 1000:.0f} ms")
        _compare(bench, world, _HEALTHY, label="healthy", of_tools=0.5, of_bare=1.3)
        _compare(bench, world, _FAULTY, label="faulty", of_tools=1.0, of_bare=None)
        _crowd(bench, world)
    with WebWorld(cases_http.SITES | cases_tls.SITES) as world:
        _own_work(bench, world)
    print(f"  limits: {'BROKEN: ' + ', '.join(bench.broken) if bench.broken else 'kept'}")
    return 1 if bench.broken else 0


def _compare(  # noqa: PLR0913 - what is compared, and by which limits
    bench: Bench,
    world: WebWorld,
    targets: dict[str, str],
    *,
    label: str,
    of_tools: float,
    of_bare: float | None,
) -> None:
    ours, way, tools, plain, wrong = Times(), Times(), Times(), Times(), 0
    sent: list[int] = []
    for number in range(ROUNDS):
        for pattern, expected in targets.items():
            url = pattern.format(zone=ZONE, nobody=NOBODY)
            before = packets()
            report = ask(url, world.options)
            sent.append(packets() - before)
            ours.seconds.append(report.duration_s)
            way.seconds.append(on_the_way_s(report))
            wrong += expected not in {report.verdict, *(one.code for one in report.findings[:1])}
            if of_bare:
                plain.measure(lambda url=url: bare(url, world.options))
            if number < TOOL_ROUNDS:
                address = _address_of(url, world)
                tools.measure(
                    lambda url=url, address=address: by_tools(url, world.options, address)
                )
    print(
        f"  {label}: {len(targets)} targets, ours {ours}; packets sent, median"
        f" {statistics.median(sent):.0f}, most {max(sent)}"
    )
    print(f"    dig + ping -c 4 + curl {tools}, ratio of p95 {ours.over(tools)[1]:.2f}")
    bench.limit(f"{label}: verdict over tools", ours.over(tools)[0], of_tools)
    if of_bare:
        print(f"    on the way {way}, bare sockets {plain}, ratio of p95 {way.over(plain)[1]:.2f}")
        bench.limit(f"{label}: way over bare sockets", way.over(plain)[0], of_bare)
    bench.limit(f"{label}: wrong verdicts", wrong, 0)


def _address_of(url: str, world: WebWorld) -> str | None:
    host = url.split("://")[1]
    return NOBODY if host == NOBODY else world.addresses.get(host.removesuffix(f".{ZONE}"))


def _crowd(bench: Bench, world: WebWorld) -> None:
    """Fifty at once in one process, against one alone."""
    url = f"https://{world.places['tls']}"
    alone, together = Times(), Times()
    alone.seconds = [ask(url, world.options).duration_s for _ in range(ROUNDS)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reports = list(pool.map(lambda _: ask(url, world.options), range(AT_ONCE)))
    together.seconds = [report.duration_s for report in reports]
    print(f"  {AT_ONCE} at once: {together}, alone {alone}")
    bench.limit(f"{AT_ONCE} at once: over one alone", together.over(alone)[0], 2.0)
    wrong = sum(report.verdict != "healthy" for report in reports)
    bench.limit(f"{AT_ONCE} at once: wrong verdicts", wrong, 0)


def _own_work(bench: Bench, world: WebWorld) -> None:
    """What our own work adds where the way costs nothing."""
    way, plain = Times(), Times()
    started = time.process_time()
    for pattern in list(_HEALTHY) * ROUNDS:
        url = pattern.format(zone=ZONE)
        way.seconds.append(on_the_way_s(ask(url, world.options)))
    cpu_ms = (time.process_time() - started) * 1000 / len(way.seconds)
    for pattern in list(_HEALTHY) * ROUNDS:
        url = pattern.format(zone=ZONE)
        plain.measure(lambda url=url: bare(url, world.options))
    print(f"  on loopback: on the way {way}, bare sockets {plain}; CPU {cpu_ms:.1f} ms each")
    over_ms = (way.median_s - plain.median_s) * 1000
    bench.limit("loopback: own work, ms", over_ms, OWN_WORK_MS)


if __name__ == "__main__":
    raise SystemExit(run_diagnose_bench())
