"""
Several networks with a probe worker each, and servers that some of them can't reach.

    us ──┐                   ┌── east's router ── worker "east"
         ├── core ───────────┼── west's router ── worker "west"
    servers                  └── south's router ── worker "south", whose network is dead

Workers run the code of `intake probe-worker`, in the whole lab as real processes, each in its own
network namespace; they connect over HTTPS to a service in ours. Faults are in east only: routes and
nftables of its router, its resolver, or how servers treat its addresses. South reaches no server
over IPv4, not even the control: only the service. No packet leaves these namespaces.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from diagnostics import Options, Report, VantageObservation
from intake.database import migrate, open_database
from intake.vantages.probe_worker import ProbeWorker, ServiceClient
from intake.vantages.vantage import VantageJob
from intake.vantages.worker_diagnosis import WorkerDiagnosis
from intake.vantages.worker_jobs import WorkerJobs
from intake.vantages.worker_store import WorkerStore
from intake.web.programs.probe_workers import ProbeWorkerRoutes
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority
from tests.daemons.loopback import stop
from tests.daemons.nginx import NGINX
from tests.lab.built_world import BuiltWorld
from tests.lab.ip_commands import run, run_inside
from tests.lab.model import own_network
from tests.lab.region_middle import RegionResolver, SniCutter
from tests.lab.wire import entered

REPOSITORY = Path(__file__).parents[2]
ZONE = "reg.example"
REGIONS = {"east": 11, "west": 12, "south": 13}
US, SERVICE_PORT = "10.92.0.2", 8443
_SERVICE = f"https://{US}:{SERVICE_PORT}"
# The last part of each site's address: 10.92.9.N, and fd92:9::N for those with IPv6.
SITES = {
    "plain": 1,
    "control": 2,
    "dropped": 10,
    "walled": 11,
    "bighole": 12,
    "resets": 13,
    "sni": 14,
    "cut": 15,
    "lossy": 16,
    "sixless": 17,
    "geo": 18,
    "legal": 19,
    "anycast": 20,
    "blocked": 21,
    "stale": 22,
    "lied": 23,
    "cdn": 24,
    "moment": 25,
    "noping": 26,
    "forbidden": 27,
}
WITH_IPV6 = ("control", "sixless", "plain")
OTHER_NODE, OLD, LIAR = 61, 98, 99
_EAST = "10.92.11.0/24"
_SERVER_RULES = f"""
table inet lab {{{{
  chain in {{{{
    type filter hook input priority 0
    ip saddr {_EAST} ip daddr 10.92.9.{SITES["walled"]} tcp dport {{{{ 80, 443 }}}} drop
    ip daddr 10.92.9.{SITES["noping"]} icmp type echo-request drop
  }}}}
}}}}
"""
_EAST_RULES = f"""
table inet lab {{
  chain middle {{
    type filter hook forward priority 0
    ip daddr 10.92.9.{SITES["resets"]} tcp flags & psh == psh reject with tcp reset
    ip saddr 10.92.9.{SITES["cut"]} ct reply bytes > 18000 drop
    ip daddr 10.92.9.{SITES["lossy"]} numgen random mod 100 < 35 drop
  }}
}}
table ip box {{
  chain pre {{
    type nat hook prerouting priority -100
    ip daddr 10.92.9.{SITES["sni"]} tcp dport 443 redirect to :9443
  }}
}}
"""
_CORE_RULES = """
table inet lab {
  chain out {
    type filter hook output priority 0
    icmp type destination-unreachable icmp code frag-needed drop
  }
}
"""
_CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type text/html; root {folder};
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  geo $east {{ default 0; {east} 1; }}
  map $east$host $refusal {{ default 0; "1geo.{zone}" 403; "1legal.{zone}" 451;
    "1moment.{zone}" 502; "0forbidden.{zone}" 403; "1forbidden.{zone}" 403; }}
  server {{ listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl;
    ssl_certificate {good.chain}; ssl_certificate_key {good.key};
    if ($refusal = 403) {{ return 403; }} if ($refusal = 451) {{ return 451; }}
    if ($refusal = 502) {{ return 502; }} }}
  server {{ listen 10.92.9.{liar}:80; listen 10.92.9.{liar}:443 ssl;
    ssl_certificate {other.chain}; ssl_certificate_key {other.key};
    return 200 "<title>Elsewhere</title><h1>Another place</h1>"; }}
}}
"""


class RegionWorld(BuiltWorld):
    """The networks with their workers running."""

    at_once = 4
    runs_processes = False  # True in the whole lab: real processes of the command

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="region-lab-"))
        self._names = {
            name: f"intake{os.getpid()}{name[0]}{number}"
            for number, name in enumerate(("core", "server", *self._all_regions()))
        }
        self.jobs = WorkerJobs()
        self.options = Options()

    @staticmethod
    def _all_regions() -> list[str]:
        return [name for region in REGIONS for name in (f"r-{region}", f"w-{region}")]

    def with_views(self, report: Report) -> Report:
        """Return the report with the measurements of every worker, concluded again."""
        views: list[VantageObservation] = []
        came = threading.Semaphore(0)

        def take(seen: object) -> None:
            views.extend(seen)  # type: ignore[arg-type]
            came.release()

        job = VantageJob(report.target, report.kind, is_named_publicly=True)
        ends_at = time.monotonic() + 90
        for _ in range(self.jobs.begin(job, take)):
            came.acquire(timeout=max(0.0, ends_at - time.monotonic()))
        return report.with_views(tuple(views), self.options)

    def _build(self) -> None:
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._stack.enter_context(own_network())
        _batch(None, "sysctl -qw net.ipv6.conf.default.accept_dad=0")
        for name in self._names.values():
            run(f"ip netns add {name}")
            self._stack.callback(run, f"ip netns del {name}")
            forwards = "0" if name == self._names["server"] else "1"
            _batch(name, "ip link set lo up")
            _batch(
                name,
                f"sysctl -qw net.ipv4.ip_forward={forwards}"
                f" net.ipv6.conf.all.forwarding={forwards} net.ipv6.conf.all.accept_dad=0"
                " net.ipv6.conf.default.accept_dad=0",
            )
        self._lay_links()
        self._break_east()
        authority = Authority(self._folder, "Region Root")
        self._serve_sites(authority)
        bind = self._stack.enter_context(BindServer({ZONE: _records()}, address=US, port=53))
        self.options = Options(
            allow_networks=(ip_network("10.92.0.0/16"), ip_network("fd92::/16")),
            resolvers=(bind.resolver,),
            ca_file=authority.file,
            controls=(f"https://control.{ZONE}/",),
        )
        for region, number in REGIONS.items():
            lies = _LIES if region == "east" else {}
            namespace = self._open(f"w-{region}")
            resolver = RegionResolver(namespace, f"10.92.{number}.2", US, lies)
            self._stack.enter_context(resolver)
        self._stack.enter_context(SniCutter(self._open("r-east"), 9443, f"sni.{ZONE}"))
        self._employ(authority)

    def _lay_links(self) -> None:
        core, server = self._names["core"], self._names["server"]
        _link(None, "us0", f"{US}/24", core, "c0", "10.92.0.1/24", "fd92:0::")
        _batch(None, "ip route add default via 10.92.0.1", "ip -6 route add default via fd92:0::1")
        _link(server, "s0", "10.92.8.2/24", core, "c8", "10.92.8.1/24", "fd92:8::")
        _batch(
            server, "ip route add default via 10.92.8.1", "ip -6 route add default via fd92:8::1"
        )
        _batch(core, "ip route add 10.92.9.0/24 via 10.92.8.2")
        _batch(core, "ip -6 route add fd92:9::/64 via fd92:8::2")
        numbers = (*SITES.values(), OTHER_NODE, LIAR)
        _batch(server, *(f"ip addr add 10.92.9.{number}/32 dev lo" for number in numbers))
        sixes = [f"fd92:9::{SITES[name]}" for name in WITH_IPV6]
        _batch(server, *(f"ip -6 addr add {six}/128 dev lo nodad" for six in sixes))
        for region, number in REGIONS.items():
            router, worker = self._names[f"r-{region}"], self._names[f"w-{region}"]
            near, far = f"10.92.2{number}", f"10.92.{number}"
            six, inner = f"fd92:2{number}::", f"fd92:{number}::"
            _link(router, "out", f"{near}.2/24", core, f"c{number}", f"{near}.1/24", six)
            _link(worker, "w0", f"{far}.2/24", router, "in", f"{far}.1/24", inner)
            _batch(core, f"ip route add {far}.0/24 via {near}.2")
            _batch(router, f"ip route add default via {near}.1")
            _batch(worker, f"ip route add default via {far}.1")
            if region == "west":  # a network without IPv6
                _batch(worker, "sysctl -qw net.ipv6.conf.w0.disable_ipv6=1")
                continue
            _batch(core, f"ip -6 route add {inner}/64 via {six}2")
            _batch(router, f"ip -6 route add default via {six}1")
            _batch(worker, f"ip -6 route add default via {inner}1")

    def _break_east(self) -> None:
        router, core = self._names["r-east"], self._names["core"]
        run_inside(router, "nft -f -", _EAST_RULES)
        run_inside(self._names["server"], "nft -f -", _SERVER_RULES.format())
        _batch(router, f"ip route add blackhole 10.92.9.{SITES['dropped']}/32")
        _batch(router, f"ip -6 route add blackhole fd92:9::{SITES['sixless']}/128")
        # This region's router has the address itself, and no server runs on it.
        _batch(router, f"ip addr add 10.92.9.{SITES['anycast']}/32 dev lo")
        # One server's packets to east take a link with a smaller MTU, without ICMP errors.
        _link(core, "m0", "10.92.31.1/24", router, "m1", "10.92.31.2/24", "fd92:31::", mtu=1300)
        run_inside(core, "nft -f -", _CORE_RULES)
        rule = f"from 10.92.9.{SITES['bighole']} to {_EAST} lookup 100"
        _batch(core, f"ip rule add {rule}", "ip route add default via 10.92.31.2 table 100")
        _batch(self._names["r-south"], "ip route add blackhole 10.92.9.0/24")

    def _serve_sites(self, authority: Authority) -> None:
        names = [f"{name}.{ZONE}" for name in SITES]
        (self._folder / "index.html").write_text(
            "<title>Shop</title><h1>Shop</h1>"
            + "".join(f"<p>Item {n}: a good thing for good people.</p>" for n in range(900))
        )
        config = _CONFIG.format(
            folder=self._folder,
            east=_EAST,
            zone=ZONE,
            liar=LIAR,
            good=authority.issue(*names, "10.92.9.1"),
            other=authority.issue("old-server.example"),
        )
        (self._folder / "nginx.conf").write_text(config)
        with entered(self._open("server")):
            process = subprocess.Popen(
                [NGINX, "-p", str(self._folder), "-c", str(self._folder / "nginx.conf")]
            )
        self._stack.callback(stop, process)
        ends_at = time.monotonic() + 20
        while subprocess.run(["curl", "-s", "-o", "/dev/null", "http://10.92.9.1/"]).returncode:  # noqa: PLW1510 - asked again
            if time.monotonic() > ends_at or process.poll() is not None:
                raise RuntimeError("the server of the region world did not start")

    def _employ(self, authority: Authority) -> None:
        """Start the service's addresses for workers, and a worker's process in each region."""
        engine = open_database(f"sqlite:///{self._folder}/service.sqlite3")
        migrate(engine)
        store = WorkerStore(engine)
        store.add("north", "North")  # a worker that never connects
        files = authority.issue(US)
        routes = ProbeWorkerRoutes(store, self.jobs, poll_s=10).routes()
        config = uvicorn.Config(
            Starlette(routes=routes),
            host=US,
            port=SERVICE_PORT,
            log_level="error",
            lifespan="off",
            ssl_certfile=files.chain,
            ssl_keyfile=str(files.key),
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        pause = threading.Event()
        while not server.started and thread.is_alive():
            pause.wait(0.02)

        def end() -> None:
            self.jobs.stop()
            server.should_exit = True
            thread.join(30)

        self._stack.callback(end)
        for region, number in REGIONS.items():
            token = store.add(region, region.capitalize())
            with entered(self._open(f"w-{region}")):
                if self.runs_processes:
                    self._start_process(token, number, authority.file)
                else:
                    self._start_thread(token, number)
        ends_at = time.monotonic() + 120
        while sum(row.seen_at is not None for row in store.rows()) < len(REGIONS):
            if time.monotonic() > ends_at:
                raise RuntimeError("a worker of the region world did not come")
            pause.wait(0.05)

    def _start_process(self, token: str, number: int, ca_file: Path) -> None:
        settings = {
            "INTAKE_SERVICE_URL": _SERVICE,
            "INTAKE_WORKER_TOKEN": token,
            "INTAKE_CA_FILE": str(ca_file),
            "INTAKE_RESOLVERS": f"10.92.{number}.2",
            "INTAKE_CONTROL": self.options.controls[0],
            "INTAKE_ALLOW_NETWORKS": "10.92.0.0/16,fd92::/16",
            "INTAKE_LOG_LEVEL": "error",
        }
        command = [sys.executable, "-m", "intake", "probe-worker"]
        process = subprocess.Popen(command, cwd=REPOSITORY, env=os.environ | settings)
        self._stack.callback(stop, process)

    def _start_thread(self, token: str, number: int) -> None:
        """Run a worker in a thread, which stays in the namespace in which it was started."""
        options = replace(self.options, resolvers=(f"10.92.{number}.2",))
        client = ServiceClient(_SERVICE, token, ca_file=options.ca_file)
        worker = ProbeWorker(client, WorkerDiagnosis(options, options.controls))
        thread = threading.Thread(target=worker.run, daemon=True)
        thread.start()
        self._stack.callback(thread.join, 30)
        self._stack.callback(worker.stop)

    def _open(self, name: str) -> int:
        namespace = os.open(f"/run/netns/{self._names[name]}", os.O_RDONLY)
        self._stack.callback(os.close, namespace)
        return namespace


_LIES: dict[str, str | None] = {
    f"blocked.{ZONE}": None,
    f"stale.{ZONE}": f"10.92.9.{OLD}",
    f"lied.{ZONE}": f"10.92.9.{LIAR}",
    f"cdn.{ZONE}": f"10.92.9.{OTHER_NODE}",
}


def _records() -> str:
    rows = [f"{name} IN A 10.92.9.{number}" for name, number in SITES.items()]
    rows += [f"{name} IN AAAA fd92:9::{SITES[name]}" for name in WITH_IPV6]
    return "\n".join([*rows, "down IN A 10.92.8.90"])


def _link(  # noqa: PLR0913, PLR0917 - two ends
    left_in: str | None,
    left: str,
    left_at: str,
    right_in: str,
    right: str,
    right_at: str,
    six: str,
    *,
    mtu: int = 1500,
) -> None:
    """Link two namespaces; the left end has ::2 of the IPv6 network, the right one ::1."""
    run(f"ip link add {left}x mtu {mtu} type veth peer name {right}x mtu {mtu}")
    for device, name, place, address, last in (
        (f"{left}x", left, left_in, left_at, 2),
        (f"{right}x", right, right_in, right_at, 1),
    ):
        if place:
            run(f"ip link set {device} netns {place}")
        _batch(
            place,
            f"ip link set {device} name {name}",
            f"ip addr add {address} dev {name}",
            f"ip link set {name} up",
            f"ip -6 addr add {six}{last}/64 dev {name} nodad",
        )


def _batch(name: str | None, *commands: str) -> None:
    """Run commands in a namespace: those of `ip` in one process, each other one separately."""
    lines = [command.removeprefix("ip ").removeprefix("-6 ") for command in commands]
    place = ["-n", name] if name else []
    if all(command.startswith("ip ") for command in commands):
        run(" ".join(["ip", *place, "-batch", "-"]), "\n".join(lines))
        return
    for command in commands:
        run(f"ip netns exec {name} {command}" if name else command)
