"""
Faults of one region, found by the workers of three; `tests/lab/regions.py` has their networks.

In every case a fourth worker is offline, and one worker's own network is down: neither may be
named.
"""

from __future__ import annotations

from tests.lab.model import HEALTHY, Case
from tests.lab.regions import ZONE

REGIONAL = "net.regional_fault"


def case(name: str, site: str, expected: str = REGIONAL, *, is_fast: bool = False) -> Case:
    target = site if "/" in site else f"https://{site}.{ZONE}/"
    place = "East" if expected == REGIONAL else ""
    return Case(name, target, expected, "regions", is_fast=is_fast, place=place)


CASES: tuple[Case, ...] = (
    case("a route that is dropped", "dropped"),
    case("a firewall by source", "walled"),
    case("big packets vanish on the way back", "bighole"),
    case("a resolver that blocks the name", "blocked"),
    case("a resolver that remembers a dead server", "stale"),
    case("a resolver that leads elsewhere", "lied", is_fast=True),
    case("a middlebox that resets", "resets"),
    case("TLS is cut by its name", "sni"),
    case("an answer that is cut after 18 KB", "cut"),
    case("a third of the packets lost", "lossy"),
    case("no IPv6 from one region", "sixless"),
    case("403 by region", "geo", is_fast=True),
    case("451 by region", "legal"),
    case("a node of anycast is down", "anycast"),
    case("reached from everywhere", "plain", HEALTHY),
    case("a CDN answers with another address", "cdn", HEALTHY, is_fast=True),
    case("by its address", "https://10.92.9.1/", HEALTHY),
    case("by http", f"http://plain.{ZONE}/", HEALTHY),
    case("an error of the moment", "moment", HEALTHY),
    case("ping is blocked", "noping", HEALTHY),
    case("the control itself", "control", HEALTHY),
    case("down for everybody", "down", "net.host_unreachable"),
    case("forbidden to everybody", "forbidden", "http.forbidden"),
)
