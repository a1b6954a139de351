"""
Find out why a name fails: ask its name servers directly, and make further lookups.

The cost is bounded: at most 7 queries to our resolver for the parent zones, 2 servers of the parent
zone and 6 of the name's own, each at 2 addresses at most and with 3 packets and one connection at
most; servers that differ are asked 3 times more, servers that seem not to know the zone twice more.
Queries contain one name, and are sent only to port 53 of addresses that the address policy permits.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future

from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.net.deadline import Deadline
from diagnostics.observations import DnsObservation, NameCheckObservation, Purpose
from diagnostics.options import Address
from diagnostics.plan.authoritative import compare_servers_along
from diagnostics.plan.lookups import Lookups, RecordType, finished, has_records, wait_for_answers
from diagnostics.plan.run import Run
from diagnostics.plan.zone_cuts import find_zone_cuts, server_addresses
from diagnostics.probes.dns import probe_name
from diagnostics.probes.registration import REGISTRY_S, probe_registration, registries_for
from diagnostics.probes.signature import probe_signature
from diagnostics.targets import as_address, registered_domain

_MAX_SIGNED = 4
# RFC 1035, section 2.3.4: 255 octets on the wire.
_MAX_NAME = 253


def diagnose_name(run: Run, host: str, lookups: Lookups, deadline: Deadline) -> None:
    """Ask the name servers of a name whose answer is late or bad, while waiting for that answer."""
    servers = run.spawn(compare_servers_along, run, host, deadline)
    wait_for_answers(run, lookups, deadline)
    if has_records(lookups):
        run.wait([servers])
        return
    more = _spawn_second_questions(run, host, finished(lookups), deadline)
    run.wait([servers, *more])


def _spawn_second_questions(
    run: Run, host: str, lookups: Sequence[DnsObservation], deadline: Deadline
) -> list[Future[None]]:
    """Start the further lookups that fit the failures of the first ones; return their futures."""
    failures = {lookup.failure for lookup in lookups}
    alias = next((lookup.aliases[-1] for lookup in lookups if lookup.aliases), "")
    questions: list[Future[None]] = []
    failing = [lookup.record_type for lookup in lookups if lookup.failure is Failure.DNS_SERVFAIL]
    if failing:
        questions.append(run.spawn(check_signatures, run, host, failing[0], alias, deadline))
    if failures & NO_SUCH_RECORD and not alias:
        questions.extend(_spawn_related_names(run, host, deadline))
    domain = registered_domain(host)
    deniers = {lookup.denied_by for lookup in lookups if lookup.denied_by is not None}
    # If a zone above the registered domain denies it, it may be unregistered, expired or on hold.
    # The root zone is "", which every name ends in.
    is_denied_above = Failure.DNS_NXDOMAIN in failures and any(
        domain.endswith(f".{denier}".rstrip(".")) and domain != denier for denier in deniers
    )
    if not alias and (is_denied_above or Failure.DNS_SERVFAIL in failures):
        questions.append(run.spawn(_ask_registry, run, domain))
    # The alias's servers may be at fault; those of the host itself were already asked.
    if not failures & {*NO_SUCH_RECORD, Failure.DNS_CNAME_LOOP}:
        questions.append(run.spawn(compare_servers_along, run, alias or host, deadline))
    return questions


def _ask_name(
    run: Run, purpose: Purpose, name: str, record_type: str, deadline: Deadline
) -> NameCheckObservation:
    return run.emit(
        probe_name(purpose, name, record_type, resolvers=run.options.resolvers, deadline=deadline)
    )


def check_signatures(
    run: Run, host: str, record_type: RecordType, alias: str, deadline: Deadline
) -> None:
    """
    Find out whether a bad DNSSEC signature or a failing name server is the cause.

    The query is repeated with checking disabled and with checking enabled (RFC 6840, section 5.9);
    only a difference between these two proves a bad signature.
    """
    purposes: tuple[Purpose, ...] = ("checking_disabled", "again")
    unchecked, again = run.wait(
        [run.spawn(_ask_name, run, purpose, host, record_type, deadline) for purpose in purposes]
    )
    answers = unchecked.failure is None or unchecked.failure in NO_SUCH_RECORD
    if not answers or again.failure is not Failure.DNS_SERVFAIL:
        return
    names = [host, *([alias] if alias else [])]
    cuts = run.wait([run.spawn(find_zone_cuts, run, name, deadline) for name in names])
    zones = dict.fromkeys(zone for way in cuts for zone in reversed(way.zones) if zone)
    run.wait(
        [run.spawn(_read_signature, run, zone, deadline) for zone in list(zones)[:_MAX_SIGNED]]
    )


def _read_signature(run: Run, zone: str, deadline: Deadline) -> None:
    run.emit(probe_signature(zone, resolvers=run.options.resolvers, deadline=deadline))


def _spawn_related_names(run: Run, host: str, deadline: Deadline) -> list[Future[None]]:
    """Start lookups of the registered domain, its top-level domain, and similar names."""
    domain = registered_domain(host)
    questions: list[tuple[Purpose, str, str]] = [
        ("registered", domain, "NS"),
        ("registered", domain.rpartition(".")[2], "NS"),
        ("neighbour", _with_or_without_www(host), "A"),
        ("doubled", f"{host}.{domain}", "A"),
    ]
    return [
        run.spawn(_ask_related_name, run, purpose, name, record_type, deadline)
        for purpose, name, record_type in questions
        if len(name) <= _MAX_NAME
    ]


def _ask_related_name(
    run: Run, purpose: Purpose, name: str, record_type: str, deadline: Deadline
) -> None:
    _ask_name(run, purpose, name, record_type, deadline)


def _ask_registry(run: Run, domain: str) -> None:
    """Ask the registries for the domain's registration, until one answers, at one address each."""
    deadline = run.deadline.within(REGISTRY_S)
    for registry in registries_for(domain, run.options.rdap_servers, run.options.whois_servers):
        for address in _registry_addresses(run, registry.host, deadline)[:1]:
            observation = run.emit(
                probe_registration(
                    domain,
                    registry,
                    address,
                    ca_file=run.options.ca_file,
                    user_agent=run.options.user_agent,
                    deadline=deadline,
                )
            )
            if observation.failure is None:
                return


def _registry_addresses(run: Run, host: str, deadline: Deadline) -> list[Address]:
    literal = as_address(host)
    if literal is None:
        return server_addresses(run, host, {}, deadline)[0]
    return [literal] if run.policy.refusal(literal) is None else []


def _with_or_without_www(host: str) -> str:
    """Return the name with "www." added, or removed if it has it."""
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"
