"""Name servers, each asked itself: from the zone above down to the one that serves the name."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from ipaddress import ip_address
from typing import Literal

import dns.message
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import ask_server, denial
from diagnostics.observations import AuthorityObservation, DelegationObservation
from diagnostics.options import Address, Options
from diagnostics.plan.zone_cuts import TargetKind, Zones
from diagnostics.probes.authority import Referral, probe_authority, referral
from diagnostics.targets import Target

_CALM_S = 1.0
_MAX_DEPTH = 4
_MAX_ABOVE = 2
_MAX_SERVERS = 6
_REPEATS = 2  # a server whose own answers change says nothing about the others
_FAILING = {Failure.DNS_SERVER_SILENT, Failure.DNS_SERVER_LAME, Failure.DNS_SERVER_MISSING}


class NameServers(Zones):
    """Workers that ask the servers of a name."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._is_decided: Future[None] = Future()

    def _compare_along(self, name: str, deadline: Deadline) -> None:
        """Look at the servers of a name, and of the name that an alias leads to."""
        seen = self._compare_servers(name, deadline)
        alias = next((o.aliases[-1] for o in seen if o.aliases and not o.records), "")
        if alias:
            self._compare_servers(alias, deadline)

    def _compare_servers(
        self, name: str, deadline: Deadline, *, is_calm: bool = False
    ) -> tuple[AuthorityObservation, ...]:
        """
        Walk down to the name's zone from the nearest one that works, and ask each of its servers.

        Delegation is the parent zone's word (RFC 1034, section 4.2.1), so it is asked first. With
        a name that works (`is_calm`) nobody is asked when the parent's servers stay silent: then
        our own network lets no question out, and nothing can be said of anybody.
        """
        if not self._is_first(f"servers#{name}"):
            return ()
        cuts = self._find_cuts(name, deadline, is_calm=is_calm)
        if not cuts.zones:
            return ()
        order = list(cuts.zones)
        deepest = order[-1]
        starts_here = cuts.is_cut_off or len(order) == 1 or "." not in deepest
        above = deepest if starts_here else order[-2]
        patience = deadline.within(_CALM_S) if is_calm else deadline
        found, answers = self._ask_above(above, cuts.zones[above], name, patience)
        if is_calm and not answers:
            return ()
        step = found or Referral(deepest, cuts.zones[deepest], {})
        parent: str | None = above if step.zone != above else None
        source: Literal["parent", "resolver"] = "parent" if found else "resolver"
        seen: tuple[AuthorityObservation, ...] = ()
        for _ in range(_MAX_DEPTH):
            self._show_delegation(name, step, parent, source, parent_answers=answers)
            seen, deeper = self._ask_servers(step, name, deadline)
            if deeper is None or self._is_over:
                break
            parent, source, answers, step = step.zone, "parent", True, deeper
        if answers and seen and all(one.failure in _FAILING for one in seen):
            self._decide()
        return seen

    def _decide(self) -> None:
        with self._lock:
            if not self._is_decided.done():
                self._is_decided.set_result(None)

    def _ask_above(
        self, zone: str, servers: Sequence[str], name: str, deadline: Deadline
    ) -> tuple[Referral | None, bool | None]:
        """Ask servers of the zone above for the name; tell too whether any answered us."""
        asked = [
            self._start(self._refer, zone, server, name, deadline)
            for server in servers[:_MAX_ABOVE]
        ]
        heard: bool | None = None
        pending: set[Future[tuple[Referral | None, bool | None]]] = set(asked)
        while pending:
            done, pending = wait(pending, return_when=FIRST_COMPLETED)
            for found, answers in self._wait(list(done)):
                heard = heard or answers
                if found is not None:
                    return found, True
                if answers:  # it serves the name itself, or knows that there is none
                    return None, True
        return None, heard

    def _refer(
        self, zone: str, server: str, name: str, deadline: Deadline
    ) -> tuple[Referral | None, bool | None]:
        addresses, _ = self._addresses_of(server, {}, deadline)
        heard: bool | None = None
        for address in addresses[:1]:
            answer = ask_server(str(address), name, "A", deadline=deadline)
            heard = answer.message is not None
            if answer.message is not None:
                return referral(answer.message, zone), True
        return None, heard

    def _ask_servers(
        self, step: Referral, name: str, deadline: Deadline
    ) -> tuple[tuple[AuthorityObservation, ...], Referral | None]:
        """Ask every server of one zone; where they differ, a few times, with the serial number."""
        count = _MAX_SERVERS if "." in step.zone else _MAX_ABOVE
        found = self._wait(
            [
                self._start(self._ask_one, step, server, name, deadline)
                for server in step.servers[:count]
            ]
        )
        pairs = [pair for pairs in found for pair in pairs]
        seen = [observation for observation, _ in pairs]
        if len({given(one) for one in seen if is_answer(one)}) > 1:
            seen = self._wait([self._start(self._ask_again, one, deadline) for one in seen])
        for one in seen:
            self._show(one)
        ways_on = (referral(message, step.zone) for _, message in pairs if message is not None)
        return tuple(seen), next((way for way in ways_on if way is not None), None)

    def _ask_one(
        self, step: Referral, server: str, name: str, deadline: Deadline
    ) -> list[tuple[AuthorityObservation, dns.message.Message | None]]:
        addresses, failure = self._addresses_of(server, step.glue, deadline)
        if not addresses:
            return [(_unasked(step.zone, server, name, failure), None)]
        return self._wait(
            [
                self._start(self._ask_address, step.zone, server, address, name, deadline)
                for address in addresses
            ]
        )

    def _ask_address(
        self, zone: str, server: str, address: Address, name: str, deadline: Deadline
    ) -> tuple[AuthorityObservation, dns.message.Message | None]:
        return probe_authority(zone, server, address, name, "A", deadline=deadline)

    def _ask_again(self, one: AuthorityObservation, deadline: Deadline) -> AuthorityObservation:
        if not is_answer(one) or one.address is None:
            return one
        others: list[tuple[str, ...]] = []
        for _ in range(_REPEATS):
            again, _ = probe_authority(
                one.zone, one.server, ip_address(one.address), one.name, "A", deadline=deadline
            )
            if is_answer(again) and given(again) != given(one):
                others.append(given(again))
        soa = ask_server(one.address, one.zone, "SOA", deadline=deadline).message
        serial = _serial(soa)
        return one.model_copy(update={"others": tuple(others), "serial": serial})

    def _show_delegation(
        self,
        name: str,
        step: Referral,
        parent: str | None,
        source: Literal["parent", "resolver"],
        *,
        parent_answers: bool | None,
    ) -> None:
        watch = Stopwatch()
        self._show(
            DelegationObservation(
                id=f"delegation-{step.zone or '.'}#{name}",
                started_at=watch.started_at,
                duration_s=0.0,
                name=name,
                zone=step.zone,
                parent=parent,
                source=source,
                servers=step.servers,
                parent_answers=parent_answers,
            )
        )


def given(one: AuthorityObservation) -> tuple[str, ...]:
    """What a server answers: where an alias leads, or the addresses."""
    return one.aliases or one.records


def is_answer(one: AuthorityObservation) -> bool:
    """Whether a server answered for the zone itself."""
    return one.failure is None and bool(one.is_authoritative) and not one.is_referral


def _serial(message: dns.message.Message | None) -> int | None:
    if message is None:
        return None
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.SOA:
            return int(rrset[0].serial)
    return denial(message)[2]


def _unasked(zone: str, server: str, name: str, failure: Failure | None) -> AuthorityObservation:
    watch = Stopwatch()
    return AuthorityObservation(
        id=f"authority-{zone or '.'}-{server}@nowhere#{name}",
        started_at=watch.started_at,
        duration_s=0.0,
        failure=failure,
        zone=zone,
        server=server,
        name=name,
        record_type="A",
    )
