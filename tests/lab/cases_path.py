"""Cases about the network path, with real routers, packet filters and delays."""

from __future__ import annotations

from diagnostics import TargetKind
from tests.lab.model import HEALTHY, Case
from tests.lab.path import LOSSES

UNSURE = 10  # percent of loss up to which a single run may miss it


def case(
    name: str, target: str, expected: str, *, is_fast: bool = True, kind: TargetKind = "site"
) -> Case:
    return Case(name, target, expected, "path", kind=kind, is_fast=is_fast)


CASES: tuple[Case, ...] = (
    case("no route at a router", "10.91.6.1", "net.no_route", is_fast=False),
    case("prohibited at a router", "10.91.7.1", "net.no_route"),
    case("prohibited, and its account is empty", "10.91.7.1", "net.no_route"),
    case("swallowed by a router", "10.91.5.1", "net.host_unreachable", is_fast=False),
    case("host unreachable from a router", "10.91.5.2", "net.host_unreachable"),
    case("big answers vanish, https", "https://blackhole.path.example/", "net.mtu_blackhole"),
    case(
        "big answers vanish, http",
        "http://blackhole.path.example/",
        "net.mtu_blackhole",
        is_fast=False,
    ),
    case("web ports dropped, ping answers", "10.91.9.10", "tcp.filtered", is_fast=False),
    case("web ports dropped, ssh answers", "10.91.9.17", "tcp.filtered", is_fast=False),
    case("web ports prohibited", "10.91.9.11", "tcp.filtered"),
    case("web ports refused", "10.91.9.12", "tcp.refused"),
    case("web ports prohibited, else silence", "10.91.9.18", "tcp.filtered", is_fast=False),
    *(
        case(f"{one} % loss", f"http://10.91.9.{100 + one}/", "net.packet_loss", is_fast=False)
        for one in LOSSES
        if one > UNSURE
    ),
    case("30 % of all packets lost", "http://10.91.9.19/", "net.packet_loss", is_fast=False),
    case("a slow wire", "http://far.path.example/", "net.high_latency", is_fast=False),
    case("a slow and uneven wire", "http://farther.path.example/", "net.high_latency"),
    case("a slow wire, https", "https://late.path.example/", "net.high_latency", is_fast=False),
    case("a far and uneven wire", "https://abroad.path.example/", HEALTHY, is_fast=False),
    case("IPv6 is broken", "https://sixbroken.path.example/", "net.ipv6_broken"),
    case("IPv6 loses big packets", "https://sixhole.path.example/", "net.mtu_blackhole"),
    case("IPv6 leads to the old server", "https://sixold.path.example/", "dns.stale_address"),
    case("IPv6 is refused", "https://sixshut.path.example/", "net.ipv6_broken"),
    case("IPv4 is broken", "https://fourbroken.path.example/", "net.ipv4_broken"),
    case("one of two addresses is dead", "https://onedead.path.example/", "net.host_unreachable"),
    case("both families work", "https://both.path.example/", HEALTHY),
    case("IPv6 alone", "https://onlysix.path.example/", HEALTHY),
    case("ping is blocked", "http://10.91.9.13/", HEALTHY),
    case("echo replies are limited", "http://10.91.9.16/", HEALTHY, is_fast=False),
    case("a path of small packets that works", "https://good.path.example/", HEALTHY),
    case("a route that goes in a circle", "10.91.8.1", "net.route_loop", is_fast=False),
    case("a server on it", "10.91.8.1", "net.route_loop", kind="server", is_fast=False),
)
