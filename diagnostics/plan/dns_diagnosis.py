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

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from ipaddress import ip_address
from typing import Any, Literal

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import DnsObservation, NameCheckObservation, Purpose
from diagnostics.options import Address, Options
from diagnostics.plan.authoritative import NameServers
from diagnostics.plan.zone_cuts import TargetKind
from diagnostics.probes.dns import probe_name
from diagnostics.probes.registration import REGISTRY_S, probe_registration, registry_of
from diagnostics.probes.signature import probe_signature
from diagnostics.targets import Target, registered_domain

RecordType = Literal["A", "AAAA"]

_LATE_S = 0.7  # an answer later than this is looked into while it is waited for
_AFTER_S = 0.2  # the page's own probes go first
_BUDGET_S = 4.2  # for everything behind the resolver; silence takes 2.5 s to be believed
_MAX_SIGNED = 4
_MAX_NAME = 253
_DENIED = {Failure.DNS_NXDOMAIN, Failure.DNS_NO_DATA}


class Behind(NameServers):
    """Workers that look behind our resolver."""

    def __init__(self, target: Target, kind: TargetKind, options: Options) -> None:
        super().__init__(target, kind, options)
        self._behind: Future[None] | None = None

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
        return [literal] if self._policy.refusal(literal) is None else []


def neighbour(host: str) -> str:
    """Give the name with "www." when it has none, and without when it has."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def _done(both: Sequence[Future[DnsObservation]]) -> list[DnsObservation]:
    return [one.result() for one in both if one.done() and one.exception() is None]


def _found(both: Sequence[Future[DnsObservation]]) -> bool:
    return any(lookup.records for lookup in _done(both))


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
