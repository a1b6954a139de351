"""Names: resolved once, judged, and chosen from; what was resolved is what is dialled."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal

from diagnostics.net.tcp_connect import has_route
from diagnostics.observations import DnsObservation
from diagnostics.options import Address, Options
from diagnostics.plan.dns_diagnosis import Behind
from diagnostics.plan.zone_cuts import TargetKind
from diagnostics.probes.dns import probe_dns
from diagnostics.targets import Target

__all__ = ["Names", "TargetKind", "as_address"]

_MAX_ADDRESSES = {4: 4, 6: 2}
_IPV6 = 6


class Names(Behind):
    """Workers that find addresses."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._known: dict[str, list[Address]] = {}

    def _find_addresses(self, host: str) -> list[Address]:
        """Resolve once; addresses that may and can be dialled from here, IPv4 first."""
        if host not in self._known:
            self._known[host] = self._choose(self._resolve(host))
        return self._known[host]

    def _resolve(self, host: str) -> list[Address]:
        literal = as_address(host)
        if literal is not None:
            return [] if self._policy.refusal(literal) else [literal]
        suffix = "" if host == self.target.host else f"#{host}"
        asked = [self._start(self._ask, host, kind, suffix) for kind in ("A", "AAAA")]
        is_target = host == self.target.host
        both = self._look_up_patiently(host, asked) if is_target else self._wait(asked)
        is_forbidden = any(observation.forbidden for observation in both)
        for observation in both:
            self._show(observation)
        if is_forbidden:  # one bad record spoils the name: none is dialled
            return []
        return [ip_address(record) for observation in both for record in observation.records]

    def _ask(self, host: str, record_type: Literal["A", "AAAA"], suffix: str) -> DnsObservation:
        observation = probe_dns(
            host,
            record_type,
            resolvers=self.options.resolvers,
            deadline=self.deadline,
            id_suffix=suffix,
        )
        forbidden = tuple(
            record for record in observation.records if self._policy.refusal(ip_address(record))
        )
        return observation.model_copy(update={"forbidden": forbidden})

    def _choose(self, addresses: list[Address]) -> list[Address]:
        """Take a few of each family; IPv6 only where our own host has a way to it."""
        chosen: list[Address] = []
        for version, limit in _MAX_ADDRESSES.items():
            family = [address for address in addresses if address.version == version]
            if (
                version == _IPV6
                and family
                and not has_route(family[0])
                and len(family) < len(addresses)
            ):
                continue
            chosen.extend(family[:limit])
        return chosen


def as_address(host: str) -> Address | None:
    """Read an address; None when it is a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None
