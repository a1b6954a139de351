"""
Behind our resolver: who serves a name, each of those servers asked itself, and second questions.

A healthy name's servers are compared beside the page's probes and delay none of them. A name
that fails is looked into at once; one whose answer is late is taken for failing meanwhile.

The cost is bounded: at most 7 questions to our resolver for the zones above, 2 servers of the
zone above and 6 of the name's own, each at 2 addresses at most and with 3 packets and one
connection at most; servers that differ are asked 3 times more, servers that seem not to know the
zone twice. Questions are one name long, and only ever sent to port 53 of judged addresses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any, Literal

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.guard import Guard
from diagnostics.observations import (
    AuthorityObservation,
    DelegationObservation,
    DnsObservation,
    NameCheckObservation,
    Purpose,
)
from diagnostics.options import Address, Options
from diagnostics.probes.authority import (
    Referral,
    ask_server,
    denial,
    name_text,
    probe_authority,
    referral,
)
from diagnostics.probes.clock import Deadline, Stopwatch
from diagnostics.probes.dns import ask_resolver, probe_name
from diagnostics.probes.registration import REGISTRY_S, probe_registration, registry_of
from diagnostics.probes.signature import probe_signature
from diagnostics.probes.stream import has_route
from diagnostics.targets import Target, registered_domain
from diagnostics.workers import Workers

TargetKind = Literal["site", "server"]
RecordType = Literal["A", "AAAA"]

_LATE_S = 0.7  # an answer later than this is looked into while it is waited for
_AFTER_S = 0.2  # the page's own probes go first
_BUDGET_S = 4.2  # for everything behind the resolver; silence takes 2.5 s to be believed
_CALM_S = 1.0
_CUTS_S = 0.4
_NO_CUTS_S = 1.5
_MAX_SUFFIXES = 6
_MAX_DEPTH = 4
_MAX_ABOVE = 2
_MAX_SERVERS = 6
_MAX_ADDRESSES = 2
_MAX_SIGNED = 4
_REPEATS = 2  # a server whose own answers change says nothing about the others
_IPV6 = 6

_FAILING = {Failure.DNS_SERVER_SILENT, Failure.DNS_SERVER_LAME, Failure.DNS_SERVER_MISSING}
_DENIED = {Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA}


@dataclass(frozen=True)
class _Cuts:
    """
    The zones on the way to a name with their servers, from the top, as our resolver tells.

    `is_cut_off`: below the deepest one the resolver fails.
    """

    zones: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_cut_off: bool = False


class Authorities(Workers):
    """Workers that look behind our resolver."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        self.target, self.kind, self.options = target, kind, options
        super().__init__(Deadline.after(options.deadline_s))
        self._guard = Guard(options)
        self._behind: Future[None] | None = None
        self._is_decided: Future[None] = Future()

    # When

    def _look_up_patiently(
        self, host: str, both: Sequence[Future[DnsObservation]]
    ) -> list[DnsObservation]:
        """
        Wait for the answers about the target's name, while late or bad ones are looked into.

        When its servers turn out to be dead, an answer is not waited for any longer.
        """
        watch = Stopwatch()
        self._behind = self._start(self._look_behind, host, both)
        self._wait_for_answers(both, self.deadline)
        kinds: tuple[RecordType, ...] = ("A", "AAAA")
        lookups: list[DnsObservation] = []
        for kind, future in zip(kinds, both, strict=True):
            if not future.done():
                lookups.append(_unanswered(host, kind, watch))
            elif future.exception() is None:
                lookups.append(future.result())
        return lookups

    def _wait_for_answers(self, both: Sequence[Future[DnsObservation]], deadline: Deadline) -> None:
        """Wait for both, until it is known that none will come."""
        pending: set[Future[Any]] = set(both)
        while pending and not self._is_decided.done() and deadline.left_s > 0:
            done, _ = wait(
                {*pending, self._is_decided}, timeout=deadline.left_s, return_when=FIRST_COMPLETED
            )
            pending -= done

    def _look_behind(self, host: str, both: Sequence[Future[DnsObservation]]) -> None:
        deadline = self.deadline.within(_LATE_S + _BUDGET_S)
        wait(both, timeout=deadline.within(_LATE_S).left_s)
        if _found(both):
            if not any(lookup.forbidden for lookup in _done(both)):
                self._is_cancelled.wait(_AFTER_S)
                self._compare_servers(host, deadline, is_calm=True)
            return
        servers = self._start(self._compare_along, host, deadline)
        self._wait_for_answers(both, deadline)
        if _found(both):
            self._wait([servers])
            return
        more: list[Future[Any]] = self._ask_more(host, _done(both), deadline)
        self._wait([servers, *more])

    def _ask_more(
        self,
        host: str,
        lookups: Sequence[DnsObservation],
        deadline: Deadline,
    ) -> list[Future[None]]:
        """Start the second questions that the first failure asks for, and no others."""
        failures = {lookup.failure for lookup in lookups}
        alias = next((lookup.aliases[-1] for lookup in lookups if lookup.aliases), "")
        asked: list[Future[None]] = []
        failing = [one.record_type for one in lookups if one.failure is Failure.DNS_SERVFAIL]
        if failing:
            asked.append(self._start(self._ask_without_checking, host, failing[0], alias, deadline))
        if failures & _DENIED and not alias:
            asked.extend(self._ask_around(host, deadline))
        domain = registered_domain(host)
        deniers = {lookup.denied_by for lookup in lookups if lookup.denied_by is not None}
        is_denied_above = Failure.DNS_NXDOMAIN in failures and any(
            domain.endswith(f".{denier}".rstrip(".")) and domain != denier for denier in deniers
        )
        if not alias and (is_denied_above or Failure.DNS_SERVFAIL in failures):
            asked.append(self._start(self._ask_registry, domain))
        if not failures & {*_DENIED, Failure.DNS_CNAME_LOOP}:
            asked.append(self._start(self._compare_along, alias or host, deadline))
        return asked

    # Second questions to our resolver

    def _check(
        self, purpose: Purpose, name: str, record_type: str, deadline: Deadline
    ) -> NameCheckObservation:
        return self._show(
            probe_name(
                purpose, name, record_type, resolvers=self.options.resolvers, deadline=deadline
            )
        )

    def _ask_without_checking(
        self, host: str, record_type: RecordType, alias: str, deadline: Deadline
    ) -> None:
        """
        Tell a bad signature from a name server that fails.

        The same question with checking disabled, and once more with it (RFC 6840, section 5.9):
        only their difference is proof.
        """
        purposes: tuple[Purpose, ...] = ("checking_disabled", "again")
        unchecked, again = self._wait(
            [self._start(self._check, purpose, host, record_type, deadline) for purpose in purposes]
        )
        answers = unchecked.failure is None or unchecked.failure in _DENIED
        if not answers or again.failure is not Failure.DNS_SERVFAIL:
            return
        names = [host, *([alias] if alias else [])]
        cuts = self._wait([self._start(self._find_cuts, name, deadline) for name in names])
        zones = dict.fromkeys(zone for one in cuts for zone in reversed(one.zones) if zone)
        self._wait(
            [
                self._start(self._read_signature, zone, deadline)
                for zone in list(zones)[:_MAX_SIGNED]
            ]
        )

    def _read_signature(self, zone: str, deadline: Deadline) -> None:
        self._show(probe_signature(zone, resolvers=self.options.resolvers, deadline=deadline))

    def _ask_around(self, host: str, deadline: Deadline) -> list[Future[None]]:
        """Does the domain itself exist, its ending, and the name that was perhaps meant?"""
        domain = registered_domain(host)
        questions: list[tuple[Purpose, str, str]] = [
            ("registered", domain, "NS"),
            ("registered", domain.rpartition(".")[2], "NS"),
            ("neighbour", neighbour(host), "A"),
            ("doubled", f"{host}.{domain}", "A"),
        ]
        return [
            self._start(self._check_and_forget, purpose, name, kind, deadline)
            for purpose, name, kind in questions
            if len(name) <= _MAX_NAME
        ]

    def _check_and_forget(self, purpose: Purpose, name: str, kind: str, deadline: Deadline) -> None:
        self._check(purpose, name, kind, deadline)

    def _ask_registry(self, domain: str) -> None:
        """Ask who registered it, until when: the first registry that tells, at one address."""
        deadline = self.deadline.within(REGISTRY_S)
        for registry in registry_of(domain, self.options.rdap_servers, self.options.whois_servers):
            addresses = self._addresses_of_host(registry.host, deadline)
            for address in addresses[:1]:
                observation = self._show(
                    probe_registration(domain, registry, address, deadline=deadline)
                )
                if observation.failure is None:
                    return

    def _addresses_of_host(self, host: str, deadline: Deadline) -> list[Address]:
        try:
            literal = ip_address(host)
        except ValueError:
            return self._addresses_of(host, {}, deadline)[0]
        return [literal] if self._guard.refusal(literal) is None else []

    # Name servers, each asked itself

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
        cuts = self._find_cuts(name, deadline)
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

    def _find_cuts(self, name: str, deadline: Deadline) -> _Cuts:
        """
        Ask our resolver for the servers of every suffix of the name at once.

        Checking is disabled, so that a bad signature hides no server. What hangs is below a
        broken delegation: it is not waited for once the others have answered.
        """
        labels = name.split(".")
        names = ["", *(".".join(labels[at:]) for at in reversed(range(len(labels))))]
        names = names[: _MAX_SUFFIXES + 1]
        asked = [self._start(self._ask_ns, one, deadline) for one in names]
        if not wait(asked, timeout=deadline.within(_CUTS_S).left_s).done:
            wait(asked, timeout=deadline.within(_NO_CUTS_S).left_s, return_when=FIRST_COMPLETED)
        cuts = _Cuts()
        for one, future in zip(names, asked, strict=True):
            message = future.result() if future.done() and future.exception() is None else None
            servers = _servers_in(message, one)
            if servers:
                cuts = _Cuts(cuts.zones | {one: servers})
            elif message is None or message.rcode() == dns.rcode.SERVFAIL:
                cuts = _Cuts(cuts.zones, is_cut_off=True)
        return cuts

    def _ask_ns(self, zone: str, deadline: Deadline) -> dns.message.Message | None:
        return ask_resolver(
            zone, "NS", resolvers=self.options.resolvers, deadline=deadline, checking_disabled=True
        )

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
        allowed = [one for one in addresses if self._guard.refusal(one) is None]
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


_MAX_NAME = 253


def neighbour(host: str) -> str:
    """Give the name with "www." when it has none, and without when it has."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def given(one: AuthorityObservation) -> tuple[str, ...]:
    """What a server answers: where an alias leads, or the addresses."""
    return one.aliases or one.records


def is_answer(one: AuthorityObservation) -> bool:
    """Whether a server answered for the zone itself."""
    return one.failure is None and bool(one.is_authoritative) and not one.is_referral


def _done(both: Sequence[Future[DnsObservation]]) -> list[DnsObservation]:
    return [one.result() for one in both if one.done() and one.exception() is None]


def _found(both: Sequence[Future[DnsObservation]]) -> bool:
    return any(lookup.records for lookup in _done(both))


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


def _serial(message: dns.message.Message | None) -> int | None:
    if message is None:
        return None
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.SOA:
            return int(rrset[0].serial)
    return denial(message)[2]


def _unanswered(host: str, kind: RecordType, watch: Stopwatch) -> DnsObservation:
    """Our resolver's silence so far, when there is nothing more to wait for."""
    return DnsObservation(
        id=f"dns-{kind.lower()}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=Failure.RESOLVER_SILENT,
        failure_detail="not waited for: the name servers don't answer",
        name=host,
        record_type=kind,
    )


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
