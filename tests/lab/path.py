"""
A path of real routers: us, two routers, a server, each in its own network namespace.

    us ── first router ── second router ── server

A second link between the routers has a smaller MTU; the answers of one address take it.

Routing loops, blackholes and "prohibited" are kernel routes; nftables loses, drops and rejects
packets; delays are made by `wire.py`. Routers limit their ICMP errors by Linux's defaults. No
packet leaves these namespaces.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from ipaddress import ip_network
from pathlib import Path

from diagnostics import Options
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority
from tests.daemons.loopback import stop
from tests.daemons.nginx import NGINX
from tests.lab.built_world import BuiltWorld
from tests.lab.ip_commands import run, run_inside
from tests.lab.model import own_network
from tests.lab.wire import namespace_here, wire

ZONE = "path.example"
WIRES = ((0.6, 0.0), (0.3, 0.1), (0.45, 0.0), (0.075, 0.02))  # one way: delay, jitter
LOSSES = (8, 10, 20, 30, 50, 80)  # in percent, at 10.91.9.108 and so on
_SERVER_RULES = """
table inet lab {{
  chain in {{
    type filter hook input priority 0;
    ip daddr 10.91.9.10 tcp dport {{ 80, 443 }} drop
    ip daddr 10.91.9.11 tcp dport {{ 80, 443 }} reject with icmp type admin-prohibited
    ip daddr 10.91.9.12 tcp dport {{ 80, 443 }} reject with tcp reset
    ip6 daddr fd91:9::12 meta l4proto tcp reject with tcp reset
    ip daddr 10.91.9.13 icmp type echo-request drop
    {losses}
    ip daddr 10.91.9.16 icmp type echo-request limit rate over 1/second burst 5 packets drop
    ip daddr 10.91.9.17 tcp dport {{ 80, 443 }} drop
    ip daddr 10.91.9.17 icmp type echo-request drop
    ip daddr 10.91.9.18 tcp dport {{ 80, 443 }} reject with icmp type admin-prohibited
    ip daddr 10.91.9.18 icmp type echo-request drop
    ip daddr 10.91.9.19 numgen random mod 100 < 30 drop
  }}
}}
"""
_LOSS = "ip daddr 10.91.9.{at} icmp type echo-request numgen random mod 100 < {percent} drop"
_ROUTER_RULES = """
table inet lab {
  chain out {
    type filter hook output priority 0;
    icmp type destination-unreachable icmp code frag-needed drop
    icmpv6 type packet-too-big drop
  }
}
"""
_RECORDS = """
sixbroken IN A 10.91.9.1
sixbroken IN AAAA fd91:9::66
fourbroken IN A 10.91.5.1
fourbroken IN AAAA fd91:9::1
both IN A 10.91.9.1
both IN AAAA fd91:9::1
onlysix IN AAAA fd91:9::1
sixhole IN A 10.91.9.1
sixhole IN AAAA fd91:9::50
sixold IN A 10.91.9.1
sixold IN AAAA fd91:9::70
sixshut IN A 10.91.9.1
sixshut IN AAAA fd91:9::12
onedead IN A 10.91.9.1
onedead IN A 10.91.5.1
blackhole IN A 10.91.9.50
good IN A 10.91.9.1
far IN A 10.91.4.1
farther IN A 10.91.4.2
late IN A 10.91.4.3
abroad IN A 10.91.4.4
"""
_CONFIG = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; default_type text/html;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{ listen 80; listen [::]:80; listen 443 ssl; listen [::]:443 ssl; listen 22;
    ssl_certificate {chain}; ssl_certificate_key {key}; root {folder}; }}
  server {{ listen [fd91:9::70]:80; listen [fd91:9::70]:443 ssl;
    ssl_certificate {other.chain}; ssl_certificate_key {other.key}; root {folder}/other; }}
}}
"""


class PathWorld(BuiltWorld):
    """The path with its routers and servers."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="path-lab-"))
        self.places: dict[str, str] = {}
        self.options = Options()
        self._names = [f"intake{os.getpid()}{letter}" for letter in "abs"]

    def _build(self) -> None:
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self._stack.enter_context(own_network())
        first, second, server = self._names
        for name in self._names:
            run(f"ip netns add {name}")
            self._stack.callback(run, f"ip netns del {name}")
            run_inside(name, "ip link set lo up")
            for key in ("net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"):
                value = "0" if name == server else "1"
                run_inside(name, f"sysctl -qw {key}={value}")
            run_inside(name, "sysctl -qw net.ipv6.conf.all.accept_dad=0")
            run_inside(name, "sysctl -qw net.ipv6.conf.default.accept_dad=0")
        run("sysctl -qw net.ipv6.conf.default.accept_dad=0")
        self._link("us0", None, "10.91.0.2", "r1", first, "10.91.0.1", "fd91:0::", 1500)
        self._link("r2", first, "10.91.1.1", "r3", second, "10.91.1.2", "fd91:1::", 1500)
        self._link("m2", first, "10.91.3.1", "m3", second, "10.91.3.2", "fd91:3::", 1300)
        self._link("r4", second, "10.91.2.1", "s0", server, "10.91.2.2", "fd91:2::", 1500)
        run("ip route add default via 10.91.0.1")
        run("ip -6 route add default via fd91:0::1")
        for one in ("10.91.9.0/24", "10.91.2.0/24", "10.91.8.0/24"):
            run_inside(first, f"ip route add {one} via 10.91.1.2")
        run_inside(first, "ip route add prohibit 10.91.7.1/32")
        run_inside(first, "ip route add blackhole 10.91.5.1/32")
        run_inside(first, "ip route add unreachable 10.91.5.2/32")
        run_inside(second, "ip route add 10.91.9.0/24 via 10.91.2.2")
        run_inside(second, "ip route add 10.91.8.0/24 via 10.91.1.1")
        run_inside(second, "ip route add 10.91.0.0/24 via 10.91.1.1")
        run_inside(second, "ip rule add from 10.91.9.50 lookup 100")
        run_inside(second, "ip route add default via 10.91.3.1 table 100")
        run_inside(second, "ip -6 rule add from fd91:9::50 lookup 100")
        run_inside(second, "ip -6 route add default via fd91:3::1 table 100")
        run_inside(server, "ip route add default via 10.91.2.1")
        for one in ("fd91:9::/64", "fd91:2::/64"):
            run_inside(first, f"ip -6 route add {one} via fd91:1::2")
        run_inside(second, "ip -6 route add fd91:9::/64 via fd91:2::2")
        run_inside(second, "ip -6 route add fd91:0::/64 via fd91:1::1")
        run_inside(server, "ip -6 route add default via fd91:2::1")
        for number in (1, *range(10, 20), 50, *(100 + one for one in LOSSES)):
            run_inside(server, f"ip addr add 10.91.9.{number}/32 dev lo")
        for six in ("fd91:9::1", "fd91:9::12", "fd91:9::50", "fd91:9::70"):
            run_inside(server, f"ip -6 addr add {six}/128 dev lo nodad")
        losses = "\n".join(_LOSS.format(at=100 + one, percent=one) for one in LOSSES)
        run_inside(server, "nft -f -", _SERVER_RULES.format(losses=losses))
        run_inside(second, "nft -f -", _ROUTER_RULES)
        near = self._stack.enter_context(namespace_here())
        far = os.open(f"/run/netns/{server}", os.O_RDONLY)
        self._stack.callback(os.close, far)
        for number, (delay_s, jitter_s) in enumerate(WIRES, 1):
            device = f"slow{number}"
            self._stack.enter_context(wire((device, near), (device, far), delay_s, jitter_s))
            us, them = f"10.91.4.{number + 100}", f"10.91.4.{number}"
            run(f"ip addr add {us} peer {them} dev {device}")
            run_inside(server, f"ip addr add {them} peer {us} dev {device}")
        self._serve(server)

    def _link(  # noqa: PLR0913, PLR0917 - two ends
        self,
        left: str,
        left_in: str | None,
        left_at: str,
        right: str,
        right_in: str,
        right_at: str,
        six: str,
        mtu: int,
    ) -> None:
        run(f"ip link add {left} mtu {mtu} type veth peer name {right} mtu {mtu}")
        ends = ((left, left_in, left_at), (right, right_in, right_at))
        for number, (name, place, address) in enumerate(ends):
            if place:
                run(f"ip link set {name} netns {place}")
            # The end nearer to us has .1; on our own link we have .2.
            last = 2 if (number == 0) is (left == "us0") else 1
            for command in (
                f"ip addr add {address}/24 dev {name}",
                f"ip link set {name} up",
                f"ip -6 addr add {six}{last}/64 dev {name} nodad",
            ):
                run_inside(place, command) if place else run(command)

    def _serve(self, server: str) -> None:
        authority = Authority(self._folder, "Path Root")
        # A long list of names makes the handshake larger than one small segment.
        more = [f"name-{number}.{ZONE}" for number in range(40)]
        files = authority.issue(f"blackhole.{ZONE}", f"*.{ZONE}", "10.91.9.1", *more)
        (self._folder / "index.html").write_text(
            "<title>Shop</title><h1>Shop</h1>" + "<p>Good things for good people.</p>" * 200
        )
        (self._folder / "other").mkdir()
        (self._folder / "other" / "index.html").write_text(
            "<title>Welcome to nginx!</title><h1>Welcome to nginx!</h1>"
            "<p>If you see this page, the nginx web server is successfully installed and working."
        )
        config = _CONFIG.format(
            folder=self._folder,
            chain=files.chain,
            key=files.key,
            other=authority.issue("old-server.example"),
        )
        (self._folder / "nginx.conf").write_text(config)
        command = ["ip", "netns", "exec", server, NGINX, "-p", str(self._folder), "-c"]
        process = subprocess.Popen([*command, str(self._folder / "nginx.conf")])
        self._stack.callback(stop, process)
        ends_at = time.monotonic() + 10
        while subprocess.run(["curl", "-s", "-o", "/dev/null", "http://10.91.9.1/"]).returncode:  # noqa: PLW1510 - asked again
            if time.monotonic() > ends_at or process.poll() is not None:
                raise RuntimeError("the server of the path world did not start")
        bind = self._stack.enter_context(BindServer({ZONE: _RECORDS}))
        self.options = Options(
            allow_networks=(ip_network("10.91.0.0/16"), ip_network("fd91::/16")),
            resolvers=(bind.resolver,),
            ca_file=authority.file,
        )
