"""
Time to verdict, against a person's tools one after another and against bare sockets.

The same targets in the same run: real nginx and BIND in a network of their own, some healthy, some
broken. The tools are `dig`, `ping -c 4` and `curl`; the bare path is one name lookup, connection,
handshake and request with nothing around them.
"""

from __future__ import annotations

import os
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
from tests.lab import cases_http, cases_tls
from tests.lab.web import WebWorld

ROUNDS = 5
AT_ONCE = 50
_HEALTHY = ("https://tls", "https://fullchain", "http://nolength", "http://chunked")
_FAULTY = ("http://gateway502", "http://unavailable", "https://expired", "http://parked")
_TOOLS = ("dig", "ping", "curl")


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

    def measure(self, look: Callable[[], object]) -> None:
        started = time.perf_counter()
        look()
        self.seconds.append(time.perf_counter() - started)


def ask(url: str, options: Options) -> Report:
    return diagnose(read_target(url, options).target, options=options).report


def without_ping(report: Report) -> float:
    """How long everything but the echo requests took."""
    return max(
        (one.started_at - report.started_at).total_seconds() + one.duration_s
        for one in report.observations
        if one.probe != "ping"
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


def by_tools(url: str, options: Options, address: str) -> None:
    host = url.split("://")[1]
    at, _, port = options.resolvers[0].rpartition(":")
    port_of_scheme = "443" if url.startswith("https") else "80"
    for command in (
        ["dig", f"@{at}", "-p", port, host],
        ["ping", "-c", "4", address],
        ["curl", "-sS", "-m", "15", "--resolve", f"{host}:{port_of_scheme}:{address}", url],
    ):
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
        print(f"  not installed, so not compared with: {', '.join(missing)}")
    with WebWorld(cases_http.SITES | cases_tls.SITES) as world:
        healthy = _compare(world, _HEALTHY, has_tools=not missing, label="healthy")
        faulty = _compare(world, _FAULTY, has_tools=not missing, label="faulty")
        crowd = _crowd(world)
    limits = [healthy.get("tools", 0) <= 0.5, faulty.get("tools", 0) <= 1.0, crowd <= 2.0]
    limits.append(healthy["bare_ms_over"] <= _OVERHEAD_MS or healthy["bare"] <= 1.3)
    print(f"  limits: {'kept' if all(limits) else 'BROKEN'}")
    return 0 if all(limits) else 1


_OVERHEAD_MS = 60.0  # on loopback there is no way to wait for: what remains is our own work


def _compare(
    world: WebWorld, targets: tuple[str, ...], *, has_tools: bool, label: str
) -> dict[str, float]:
    ours, path, tools, plain = Times(), Times(), Times(), Times()
    sent: list[int] = []
    for scheme_name in targets * ROUNDS:
        scheme, name = scheme_name.split("://")
        url = f"{scheme}://{world.places[name]}"
        before = packets()
        report = ask(url, world.options)
        sent.append(packets() - before)
        ours.seconds.append(report.duration_s)
        path.seconds.append(without_ping(report))
        plain.measure(lambda url=url: bare(url, world.options))  # type: ignore[misc]
        if has_tools and len(tools.seconds) < len(targets):
            tools.measure(
                lambda url=url, name=name: by_tools(url, world.options, world.addresses[name])  # type: ignore[misc]
            )
    result = {
        "bare": path.median_s / plain.median_s,
        "bare_ms_over": (path.median_s - plain.median_s) * 1000,
    }
    print(
        f"  {label:8} ours {ours.median_s * 1000:6.0f} ms (p95 {ours.p95_s * 1000:.0f}), without"
        f" ping {path.median_s * 1000:.0f} ms; bare sockets {plain.median_s * 1000:.1f} ms, ratio"
        f" {result['bare']:.1f}x; packets both ways median {statistics.median(sent):.0f}"
    )
    if tools.seconds:
        result["tools"] = ours.median_s / tools.median_s
        print(
            f"  {label:8} dig + ping -c 4 + curl {tools.median_s * 1000:6.0f} ms,"
            f" ratio {result['tools']:.2f}x"
        )
    return result


def _crowd(world: WebWorld) -> float:
    """Fifty at once in one process, against one alone."""
    url = f"http://{world.places['nolength']}"
    alone = statistics.median(ask(url, world.options).duration_s for _ in range(3))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reports = list(pool.map(lambda _: ask(url, world.options), range(AT_ONCE)))
    together = statistics.median(report.duration_s for report in reports)
    wrong = sum(report.verdict != "healthy" for report in reports)
    ratio = together / alone
    print(
        f"  {AT_ONCE} at once: median {together * 1000:.0f} ms, alone {alone * 1000:.0f} ms,"
        f" ratio {ratio:.1f}x, {wrong} wrong verdicts"
    )
    return ratio + wrong


if __name__ == "__main__":
    raise SystemExit(run_diagnose_bench())
