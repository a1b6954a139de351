"""Names: resolved once, judged, and chosen from; what was resolved is what is dialled."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal

from diagnostics.net.tcp_connect import has_route
from diagnostics.observations import DnsObservation
from diagnostics.options import Address
from diagnostics.plan.dns_diagnosis import wait_for_lookups
from diagnostics.plan.run import Run
from diagnostics.probes.dns import probe_dns
from diagnostics.targets import as_address

_MAX_ADDRESSES = {4: 4, 6: 2}
_IPV6 = 6


def find_addresses(run: Run, host: str) -> list[Address]:
    """Resolve a host, once in a run; addresses that may and can be dialled, IPv4 first."""
    return run.shared(f"addresses#{host}", lambda: _choose(_resolve(run, host)))


def _resolve(run: Run, host: str) -> list[Address]:
    literal = as_address(host)
    if literal is not None:
        return [] if run.policy.refusal(literal) else [literal]
    is_target = host == run.target.host
    suffix = "" if is_target else f"#{host}"
    lookups = [run.spawn(_ask, run, host, record_type, suffix) for record_type in ("A", "AAAA")]
    observations = wait_for_lookups(run, host, lookups) if is_target else run.wait(lookups)
    is_forbidden = any(observation.forbidden for observation in observations)
    for observation in observations:
        run.emit(observation)
    if is_forbidden:  # one bad record spoils the name: none is dialled
        return []
    return [ip_address(record) for observation in observations for record in observation.records]


def _ask(run: Run, host: str, record_type: Literal["A", "AAAA"], suffix: str) -> DnsObservation:
    observation = probe_dns(
        host,
        record_type,
        resolvers=run.options.resolvers,
        deadline=run.deadline,
        id_suffix=suffix,
    )
    forbidden = tuple(
        record for record in observation.records if run.policy.refusal(ip_address(record))
    )
    return observation.model_copy(update={"forbidden": forbidden})


def _choose(addresses: list[Address]) -> list[Address]:
    """Take a few of each family; IPv6 only where our own host has a way to it."""
    chosen: list[Address] = []
    for version, limit in _MAX_ADDRESSES.items():
        family = [address for address in addresses if address.version == version]
        is_only_family = len(family) == len(addresses)
        # Where there is nothing but IPv6 it is kept: the probes then say that we have no route.
        if version == _IPV6 and family and not is_only_family and not has_route(family[0]):
            continue
        chosen.extend(family[:limit])
    return chosen
