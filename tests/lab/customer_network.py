"""
A customer's home, a friend's mobile network, and the Internet of servers: three namespaces.

    home ── home0 ┐
                  ├ this namespace: every server, the product, the resolvers
    mobile ─ mob0 ┘

Rules of nftables in this namespace, by the site's address, stand for firewalls, filters and
providers. Homes have their own resolver and hosts file (ip-netns(8), /etc/netns). No packet leaves
these namespaces.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.lab.ip_commands import run
from tests.lab.model import add_addresses, own_network

PRODUCT, TRUE_NAMES, HOME_NAMES = "10.92.2.1", "10.92.2.53", "10.92.2.54"
PORTAL, HOME = "10.92.2.60", "10.92.0.2"
OLD, SILENT, REFUSING = "10.92.3.1", "10.92.3.2", "10.92.3.3"
NETWORKS = ("10.92.0.0/16", "fd92::/16")
_ETC = Path("/etc/netns")
_RULES = """
table inet homes {{
  set closed {{
    type ipv4_addr
  }}
  chain arriving {{
    type filter hook input priority 0
    ip daddr @closed tcp dport 443 reject with tcp reset
    ip daddr {silent} drop
    iifname "home0" jump from_home
  }}
  chain from_home {{
    {rules}
  }}
}}
"""


def address(number: int) -> str:
    """Return the IPv4 address of a site."""
    return f"10.92.1.{number}"


def address6(number: int) -> str:
    """Return the IPv6 address of a site."""
    return f"fd92:1::{number}"


@contextmanager
def customers_networks(rules: Sequence[str], hosts: str, numbers: Sequence[int]) -> Iterator[str]:
    """Set up the namespaces NAME-home and NAME-mobile; yield NAME."""
    name = f"intake{os.getpid()}"
    with ExitStack() as stack:
        stack.enter_context(own_network())
        # Filters count what a connection has carried (nf_conntrack_acct).
        run("sysctl -qw net.netfilter.nf_conntrack_acct=1")
        run("sysctl -qw net.ipv6.conf.default.accept_dad=0")
        own = (PRODUCT, TRUE_NAMES, HOME_NAMES, PORTAL, OLD, SILENT, REFUSING)
        add_addresses(*own, *map(address, numbers))
        for number in numbers:
            run(f"ip -6 addr add {address6(number)}/128 dev lo nodad")
        _link(stack, f"{name}-home", "home0", "10.92.0", "fd92:0")
        _link(stack, f"{name}-mobile", "mob0", "10.93.0", None)
        _etc(stack, f"{name}-home", HOME_NAMES, hosts)
        _etc(stack, f"{name}-mobile", TRUE_NAMES, "")
        text = _RULES.format(silent=SILENT, rules="\n    ".join(rules))
        subprocess.run(["nft", "-f", "-"], input=text.encode(), check=True)
        yield name


def close_https(site: str) -> None:
    """Reject all connections to the site's port 443 from now on."""
    run(f"nft add element inet homes closed {{ {site} }}")


def _link(stack: ExitStack, place: str, device: str, four: str, six: str | None) -> None:
    run(f"ip netns add {place}")
    stack.callback(run, f"ip netns del {place}")
    run(f"ip netns exec {place} sysctl -qw net.ipv6.conf.default.accept_dad=0")
    run(f"ip link add {device} type veth peer name eth0 netns {place}")
    run(f"ip addr add {four}.1/24 dev {device}")
    run(f"ip link set {device} up")
    inside = f"ip -n {place} "
    run(f"{inside}addr add {four}.2/24 dev eth0")
    run(f"{inside}link set lo up")
    run(f"{inside}link set eth0 up")
    run(f"{inside}route add default via {four}.1")
    if six is not None:
        run(f"ip -6 addr add {six}::1/64 dev {device} nodad")
        run(f"{inside}-6 addr add {six}::2/64 dev eth0 nodad")
        run(f"{inside}-6 route add default via {six}::1")


def _etc(stack: ExitStack, place: str, resolver: str, hosts: str) -> None:
    folder, is_new = _ETC / place, not _ETC.exists()
    folder.mkdir(parents=True)
    if is_new:
        stack.callback(_remove_if_empty, _ETC)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    (folder / "resolv.conf").write_text(f"nameserver {resolver}\n")
    (folder / "hosts").write_text(f"127.0.0.1 localhost\n{hosts}\n")


def _remove_if_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()
