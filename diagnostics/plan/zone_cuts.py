"""Where a name's zones are cut, and at which addresses their servers may be asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Literal

import dns.message
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline
from diagnostics.net.dns_client import ask_resolver, name_text
from diagnostics.net.tcp_connect import has_route
from diagnostics.options import Address, Options
from diagnostics.plan.workers import Workers
from diagnostics.targets import Target
from diagnostics.targets.address_policy import AddressPolicy

TargetKind = Literal["site", "server", "mail"]

_CUTS_S = 0.4
_NO_CUTS_S = 1.5
_MAX_SUFFIXES = 6
_MAX_ADDRESSES = 2
_IPV6 = 6


@dataclass(frozen=True)
class Cuts:
    """
    The zones on the way to a name with their servers, from the top, as our resolver tells.

    `is_cut_off`: below the deepest one the resolver fails.
    """

    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_cut_off: bool = False


class Zones(Workers):
    """Workers that find zones and the addresses of their servers."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        self.target, self.kind, self.options = target, kind, options
        super().__init__(Deadline.after(options.deadline_s))
        self._policy = AddressPolicy(options)

    def _find_cuts(self, name: str, deadline: Deadline, *, is_calm: bool = False) -> Cuts:
        """
        Ask our resolver for the servers of every suffix of the name at once.

        For a name that works (`is_calm`) the root isn't asked about: its ending surely exists.

        Checking is disabled, so that a bad signature hides no server. What hangs is below a
        broken delegation: it is not waited for once the others have answered.
        """
        labels = name.split(".")
        names = ["", *(".".join(labels[at:]) for at in reversed(range(len(labels))))]
        names = names[1 if is_calm and len(labels) > 1 else 0 : _MAX_SUFFIXES + 1]
        asked = [self._start(self._ask_ns, one, deadline) for one in names]
        if not wait(asked, timeout=deadline.within(_CUTS_S).left_s).done:
            wait(asked, timeout=deadline.within(_NO_CUTS_S).left_s, return_when=FIRST_COMPLETED)
        cuts = Cuts()
        for one, future in zip(names, asked, strict=True):
            message = future.result() if future.done() and future.exception() is None else None
            servers = _servers_in(message, one)
            if servers:
                cuts = Cuts(cuts.zones | {one: servers})
            elif message is None or message.rcode() == dns.rcode.SERVFAIL:
                cuts = Cuts(cuts.zones, is_cut_off=True)
        return cuts

    def _ask_ns(self, zone: str, deadline: Deadline) -> dns.message.Message | None:
        return ask_resolver(
            zone, "NS", resolvers=self.options.resolvers, deadline=deadline, checking_disabled=True
        )

    def _addresses_of(
        self, server: str, glue: Mapping[str, tuple[str, ...]], deadline: Deadline
    ) -> tuple[list[Address], Failure | None]:
        """
        Find a name server's addresses that may be asked; without any, why.

        What the parent sent along (glue) is what the world uses to get there.
        """
        records: Iterable[str] = glue.get(server, ())
        is_known = True
        if not records:
            records, is_known = self._resolve_server(server, deadline)
        addresses = [ip_address(record) for record in records]
        if not addresses:
            return [], Failure.DNS_SERVER_MISSING if is_known else Failure.RESOLVER_SILENT
        allowed = [one for one in addresses if self._policy.refusal(one) is None]
        if not allowed:
            return [], Failure.TARGET_FORBIDDEN
        reachable = [one for one in allowed if one.version != _IPV6 or has_route(one)]
        if not reachable:
            return [], Failure.VANTAGE_NO_ROUTE
        families = {one.version: one for one in reversed(reachable)}
        return [families[version] for version in sorted(families)][:_MAX_ADDRESSES], None

    def _resolve_server(self, server: str, deadline: Deadline) -> tuple[list[str], bool]:
        """Ask our resolver; tell too whether "none" is certain. A failure is asked about twice."""
        is_known = True
        for kind in ("A", "AAAA", "A"):
            message = ask_resolver(
                server,
                kind,
                resolvers=self.options.resolvers,
                deadline=deadline,
                checking_disabled=True,
            )
            records = [
                record.to_text()
                for rrset in (message.answer if message else ())
                if rrset.rdtype == dns.rdatatype.from_text(kind)
                for record in rrset
            ]
            if records:
                return records, True
            is_known = message is not None and message.rcode() in {
                dns.rcode.NOERROR,
                dns.rcode.NXDOMAIN,
                dns.rcode.SERVFAIL,
            }
            if message is None or message.rcode() == dns.rcode.NXDOMAIN:
                break
        return [], is_known


def _servers_in(message: dns.message.Message | None, zone: str) -> tuple[str, ...]:
    if message is None:
        return ()
    return tuple(
        sorted(
            name_text(record.target)
            for rrset in message.answer
            if rrset.rdtype == dns.rdatatype.NS and name_text(rrset.name) == zone
            for record in rrset
        )
    )
