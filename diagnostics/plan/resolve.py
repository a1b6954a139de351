"""
Resolve names once, and choose the addresses that are connected to.

If a name works, its name servers are compared in the background, without a delay of other probes.
If its lookup fails or is late, its name servers are diagnosed at once.
"""

from __future__ import annotations

from concurrent.futures import wait
from ipaddress import ip_address

from diagnostics.failures import Failure
from diagnostics.late_imports import importing
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.tcp_connect import has_route
from diagnostics.observations import DnsObservation, TcpObservation
from diagnostics.options import MAIL_PORTS, Address
from diagnostics.plan.lookups import (
    RECORD_TYPES,
    Lookups,
    RecordType,
    answers_so_far,
    finished,
    has_records,
    wait_for_answers,
)
from diagnostics.plan.run import Run
from diagnostics.probes.dns import probe_dns
from diagnostics.targets import DEFAULT_PORTS, as_address

MAX_SERVER_ADDRESSES = 2
_MAX_ADDRESSES = {4: 4, 6: 2}
_IPV6 = 6
_LATE_S = 0.7  # if an answer is later, the name is diagnosed while waiting for it
_HEALTHY_PAUSE_S = 0.2  # the page's own probes go first
_BUDGET_S = 4.2  # for diagnosing a name; it takes 2.5 s to call a server silent


def find_addresses(run: Run, host: str) -> list[Address]:
    """Resolve a host, once in a run; return the addresses to connect to, IPv4 first."""
    return run.shared(
        f"addresses#{host}", lambda: _not_too_often(run, host, _choose(_resolve(run, host)))
    )


def _resolve(run: Run, host: str) -> list[Address]:
    literal = as_address(host)
    if literal is not None:
        return [] if run.policy.refusal(literal) else [literal]
    is_target = host == run.target.host
    suffix = "" if is_target else f"#{host}"
    lookups = [run.spawn(_ask, run, host, record_type, suffix) for record_type in RECORD_TYPES]
    observations = wait_for_lookups(run, host, lookups) if is_target else run.wait(lookups)
    is_forbidden = any(observation.forbidden for observation in observations)
    for observation in observations:
        run.emit(observation)
    if is_forbidden:  # with one forbidden address, none of the name's is connected to
        return []
    return [ip_address(record) for observation in observations for record in observation.records]


def _ask(run: Run, host: str, record_type: RecordType, suffix: str) -> DnsObservation:
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


def wait_for_lookups(run: Run, host: str, lookups: Lookups) -> list[DnsObservation]:
    """
    Wait for the lookups of the target's name, while late or failed ones are diagnosed.

    If its name servers turn out to be dead, the wait ends.
    """
    watch = Stopwatch()
    run.spawn_background(_look_into_name, run, host, lookups)
    wait_for_answers(run, lookups, run.deadline)
    return answers_so_far(host, lookups, watch)


def _look_into_name(run: Run, host: str, lookups: Lookups) -> None:
    deadline = run.deadline.within(_LATE_S + _BUDGET_S)
    wait(lookups, timeout=deadline.within(_LATE_S).left_s)
    if not has_records(lookups):
        with importing:
            from diagnostics.plan.dns_diagnosis import diagnose_name  # noqa: PLC0415 - see the door
        diagnose_name(run, host, lookups, deadline)
        return
    is_forbidden = any(lookup.forbidden for lookup in finished(lookups))
    _look_into_other_family(run, host, lookups, deadline)
    if not is_forbidden and not run.is_cancelled.wait(_HEALTHY_PAUSE_S):
        with importing:
            from diagnostics.plan.authoritative import compare_servers  # noqa: PLC0415
        compare_servers(run, host, deadline, name_works=True)


def _look_into_other_family(run: Run, host: str, lookups: Lookups, deadline: Deadline) -> None:
    """Check signatures if the lookup of only one address family fails."""
    failing = [o for o in finished(lookups) if o.failure is Failure.DNS_SERVFAIL and not o.aliases]
    if failing:
        with importing:
            from diagnostics.plan.dns_diagnosis import check_signatures  # noqa: PLC0415
        run.spawn(check_signatures, run, host, failing[0].record_type, "", deadline)


def _not_too_often(run: Run, host: str, addresses: list[Address]) -> list[Address]:
    """Leave out addresses that were contacted too often lately, and emit them as busy."""
    permitted = [address for address in addresses if run.may_dial(address)]
    for address in addresses:
        if address not in permitted and run.once(f"busy#{address}"):
            watch = Stopwatch()
            port = MAIL_PORTS["smtp"] if run.kind == "mail" else DEFAULT_PORTS["https"]
            run.emit(
                TcpObservation(
                    id=f"tcp-{port}@{address}",
                    started_at=watch.started_at,
                    duration_s=0.0,
                    failure=Failure.VANTAGE_BUSY,
                    failure_detail="asked too often lately",
                    address=str(address),
                    port=port,
                    host=host,
                )
            )
    return permitted


def _choose(addresses: list[Address]) -> list[Address]:
    """Choose a few addresses of each family; IPv6 only if our own host has a route."""
    chosen: list[Address] = []
    for version, limit in _MAX_ADDRESSES.items():
        family = [address for address in addresses if address.version == version]
        is_only_family = len(family) == len(addresses)
        # If there is only IPv6, it is kept, and the probes report that we have no route.
        if version == _IPV6 and family and not is_only_family and not has_route(family[0]):
            continue
        chosen.extend(family[:limit])
    return chosen
