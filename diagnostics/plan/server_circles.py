"""Detect name servers whose names can be resolved only through each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from diagnostics.net.deadline import Deadline
from diagnostics.net.dns_client import ask_server
from diagnostics.plan.run import Run
from diagnostics.plan.zone_cuts import server_addresses
from diagnostics.probes.authority import Referral, referral
from diagnostics.targets import registered_domain

_MAX_ZONES: Final = 4  # one query for each
_CIRCLE_S: Final = 1.5


def leads_in_circle(
    run: Run, step: Referral, above: str, parent_servers: Sequence[str], deadline: Deadline
) -> bool:
    """
    Check whether every server's name of a zone can be resolved only through the zone itself.

    Without glue, a server's address is found in its own domain, which may have its servers in this
    zone (RFC 1034, section 4.2.1; RFC 9471, section 2.3). The parent zone is asked for each of
    these domains, so only domains directly below it are followed.
    """
    domains = {registered_domain(server) for server in step.servers}
    is_short = all(server.endswith(f".{step.zone}") for server in step.servers)
    is_followed = all(domain.endswith(f".{above}") for domain in domains)
    if step.glue or is_short or not step.servers or not above or not is_followed:
        return False
    addresses, _ = server_addresses(run, parent_servers[0], {}, deadline)
    if not addresses:
        return False
    walk = _CircleWalk(str(addresses[0]), above, deadline.within(_CIRCLE_S))
    return walk.is_circular(step, (step.zone,))


class _CircleWalk:
    """Follow delegations by asking one server of the parent zone."""

    def __init__(self, address: str, above: str, deadline: Deadline) -> None:
        self._address, self._above, self._deadline = address, above, deadline
        self._asked: dict[str, Referral | None] = {}

    def is_circular(self, step: Referral, passed: tuple[str, ...]) -> bool:
        """Check whether every server of a zone is in a visited domain, or leads back to one."""
        for domain in dict.fromkeys(registered_domain(server) for server in step.servers):
            if domain in passed:
                continue
            further = self._ask(domain)
            if further is None or further.glue or not self.is_circular(further, (*passed, domain)):
                return False
        return True

    def _ask(self, domain: str) -> Referral | None:
        if domain not in self._asked:
            if len(self._asked) >= _MAX_ZONES:
                return None
            message = ask_server(self._address, domain, "NS", deadline=self._deadline).message
            self._asked[domain] = referral(message, self._above) if message is not None else None
        return self._asked[domain]
