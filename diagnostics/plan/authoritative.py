"""Ask each name server of a name directly, from the parent zone down to the name's own zone."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from ipaddress import ip_address
from typing import Literal

import dns.message
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import ask_server
from diagnostics.net.dns_messages import denial
from diagnostics.observations import AuthorityObservation, DelegationObservation
from diagnostics.options import Address
from diagnostics.plan.run import Run
from diagnostics.plan.server_circles import leads_in_circle
from diagnostics.plan.zone_cuts import find_zone_cuts, server_addresses, servers_in
from diagnostics.probes.authority import (
    Referral,
    denies_own_address,
    probe_authority,
    referral,
)
from diagnostics.probes.signature import probe_signature

_PARENT_S = 1.0  # for the parent's servers if the name works: then nothing depends on them
_MAX_DEPTH = 4
# They only give the referral, so one that answers is enough.
_MAX_PARENT_SERVERS = 2
_MAX_SERVERS, _MAX_OWN_WORD = 6, 2
_REPEATS = 2  # a server whose own answers change says nothing about the others
_FAILING = {
    *(Failure.DNS_SERVER_SILENT, Failure.DNS_SERVER_LAME),
    *(Failure.DNS_SERVER_MISSING, Failure.DNS_SERVER_CIRCLE),
}
AskedServer = tuple[AuthorityObservation, dns.message.Message | None]


def compare_servers_along(run: Run, name: str, deadline: Deadline) -> None:
    """Compare the name servers of a name and, if it is an alias, of the name it points to."""
    answers = compare_servers(run, name, deadline)
    alias = next(
        (answer.aliases[-1] for answer in answers if answer.aliases and not answer.records), ""
    )
    if alias:
        compare_servers(run, alias, deadline)


def compare_servers(
    run: Run, name: str, deadline: Deadline, *, name_works: bool = False
) -> tuple[AuthorityObservation, ...]:
    """
    Follow the delegation to the name's zone, and ask each of its servers; return their answers.

    The parent zone decides on the delegation (RFC 1034, section 4.2.1), so it is asked first. If
    the name works but the parent's servers don't answer, no other server is asked: our own network
    blocks the queries, so silence would prove nothing.
    """
    if not run.once(f"servers#{name}"):
        return ()
    cuts = find_zone_cuts(run, name, deadline, name_works=name_works)
    if not cuts.zones:
        return ()
    order = list(cuts.zones)
    deepest = order[-1]
    # Find the parent of the name's zone. It is the deepest zone that our resolver knows if the
    # name's own zone is below that one, else the zone above it.
    starts_here = cuts.is_cut_off or len(order) == 1 or "." not in deepest
    above = deepest if starts_here else order[-2]
    patience = deadline.within(_PARENT_S) if name_works else deadline
    delegated, answers = _ask_parent(run, above, cuts.zones[above], name, patience)
    if name_works and not answers:
        return ()
    step = delegated or Referral(deepest, cuts.zones[deepest], {})
    parent: str | None = above if step.zone != above else None
    source: Literal["parent", "resolver"] = "parent" if delegated else "resolver"
    observations: tuple[AuthorityObservation, ...] = ()
    for _ in range(_MAX_DEPTH):
        _emit_delegation(run, name, step, parent, source, parent_answers=answers)
        servers_above = cuts.zones.get(parent or "", ())
        if (
            not name_works
            and servers_above
            and leads_in_circle(run, step, parent or "", servers_above, deadline)
        ):
            observations = _emit_circle(run, step, name)
            break
        observations, deeper = _ask_servers(run, step, name, deadline)
        if source == "parent" and deeper is None:
            _ask_servers_of_its_own_word(run, step, observations, deadline)
        if deeper is None or run.is_over:
            break
        parent, source, answers, step = step.zone, "parent", True, deeper
    _check_signing(run, observations, deadline)
    # Silence proves nothing unless the parent's servers answered; else our own network may block
    # the queries.
    is_lost = [
        seen.failure in _FAILING or seen.drops_edns or seen.drops_udp for seen in observations
    ]
    if answers and is_lost and all(is_lost):
        run.known.mark_name_servers_failed()
    return observations


def _ask_parent(
    run: Run, zone: str, servers: Sequence[str], name: str, deadline: Deadline
) -> tuple[Referral | None, bool | None]:
    """Ask servers of the parent zone; return the referral, and whether any server answered."""
    pending: set[Future[tuple[Referral | None, bool | None]]] = {
        run.spawn(_ask_for_referral, run, zone, server, name, deadline)
        for server in servers[:_MAX_PARENT_SERVERS]
    }
    any_answer: bool | None = None
    # One answer is enough. Both are asked at once, so that a dead one costs no time.
    while pending:
        done, pending = wait(pending, return_when=FIRST_COMPLETED)
        for delegated, answers in run.wait(list(done)):
            any_answer = any_answer or answers
            if delegated is not None:
                return delegated, True
            if answers:  # it serves the name itself, or denies it
                return None, True
    return None, any_answer


def _ask_for_referral(
    run: Run, zone: str, server: str, name: str, deadline: Deadline
) -> tuple[Referral | None, bool | None]:
    addresses, _ = server_addresses(run, server, {}, deadline)
    if not addresses:
        return None, None
    answer = ask_server(str(addresses[0]), name, "A", deadline=deadline)
    if answer.message is None:
        return None, False
    # An answer without EDNS, or by TCP, doesn't prove that our network lets EDNS and UDP through.
    return referral(answer.message, zone), not (answer.drops_edns or answer.drops_udp)


def _ask_servers(
    run: Run, step: Referral, name: str, deadline: Deadline
) -> tuple[tuple[AuthorityObservation, ...], Referral | None]:
    """Ask every server of a zone; if they differ, a few times more, and for the serial number."""
    count = _MAX_SERVERS if "." in step.zone else _MAX_PARENT_SERVERS
    by_server = run.wait(
        [run.spawn(_ask, run, step, server, name, deadline) for server in step.servers[:count]]
    )
    asked = [pair for pairs in by_server for pair in pairs]
    observations = [observation for observation, _ in asked]
    # A server that balances load gives a different answer each time, which is no contradiction.
    if len({seen.answer for seen in observations if seen.is_answer}) > 1:
        observations = run.wait([run.spawn(_ask_again, seen, deadline) for seen in observations])
    for observation in observations:
        run.emit(observation)
    ways_on = (referral(message, step.zone) for _, message in asked if message is not None)
    return tuple(observations), next((way for way in ways_on if way is not None), None)


def _ask_servers_of_its_own_word(
    run: Run, step: Referral, answers: Sequence[AuthorityObservation], deadline: Deadline
) -> None:
    """Ask servers that only the zone itself names, not its parent; some resolvers use them."""
    teller = next((o for o in answers if o.is_answer and o.address and not o.drops_edns), None)
    if teller is None or run.is_over:
        return
    message = ask_server(teller.address or "", step.zone, "NS", deadline=deadline).message
    others = [server for server in servers_in(message, step.zone) if server not in step.servers]
    alone = Referral(step.zone, tuple(others[:_MAX_OWN_WORD]), {})
    asked = [run.spawn(_ask, run, alone, server, teller.name, deadline) for server in alone.servers]
    for pairs in run.wait(asked):
        for observation, _ in pairs:
            run.emit(observation.model_copy(update={"is_own_word": True}))


def _ask(run: Run, step: Referral, server: str, name: str, deadline: Deadline) -> list[AskedServer]:
    addresses, failure = server_addresses(run, server, step.glue, deadline)
    if not addresses:
        return [(_unasked(step.zone, server, name, failure), None)]
    answers = run.wait(
        [run.spawn(_ask_at, step.zone, server, address, name, deadline) for address in addresses]
    )
    update = {"is_alias": server in run.known.alias_servers}
    teller = next((o.address for o, _ in answers if o.is_answer and not o.drops_edns), None)
    if teller and server in step.glue and server.endswith(f".{step.zone}") and not run.is_over:
        update["is_glue_alone"] = denies_own_address(ip_address(teller), server, deadline)
    return [(observation.model_copy(update=update), message) for observation, message in answers]


def _ask_at(zone: str, server: str, address: Address, name: str, deadline: Deadline) -> AskedServer:
    return probe_authority(zone, server, address, name, "A", deadline=deadline)


def _ask_again(first: AuthorityObservation, deadline: Deadline) -> AuthorityObservation:
    """Return the observation with the server's later answers and its zone's serial number."""
    if not first.is_answer or first.address is None:
        return first
    others: list[tuple[str, ...]] = []
    for _ in range(_REPEATS):
        again, _ = probe_authority(
            first.zone, first.server, ip_address(first.address), first.name, "A", deadline=deadline
        )
        if again.is_answer and again.answer != first.answer:
            others.append(again.answer)
    soa = ask_server(first.address, first.zone, "SOA", deadline=deadline).message
    return first.model_copy(update={"other_answers": tuple(others), "serial": _serial(soa)})


def _emit_delegation(  # noqa: PLR0913 - what a delegation says
    run: Run,
    name: str,
    step: Referral,
    parent: str | None,
    source: Literal["parent", "resolver"],
    *,
    parent_answers: bool | None,
) -> None:
    run.emit(
        DelegationObservation(
            id=f"delegation-{step.zone or '.'}#{name}",
            started_at=Stopwatch().started_at,
            duration_s=0.0,
            name=name,
            zone=step.zone,
            parent=parent,
            source=source,
            servers=step.servers,
            parent_answers=parent_answers,
        )
    )


def _emit_circle(run: Run, step: Referral, name: str) -> tuple[AuthorityObservation, ...]:
    """Emit the zone's servers as unasked, because their names can't be resolved by anybody."""
    unasked = [
        _unasked(step.zone, server, name, Failure.DNS_SERVER_CIRCLE)
        for server in step.servers[:_MAX_SERVERS]
    ]
    return tuple(run.emit(observation) for observation in unasked)


def _check_signing(
    run: Run, observations: Sequence[AuthorityObservation], deadline: Deadline
) -> None:
    """Probe the zone's signature if only some of its servers have valid signatures."""
    answers = [o for o in observations if o.is_answer and o.records and not o.aliases]
    answers = [o for o in answers if not o.drops_edns]
    kinds = {o.signed_until is not None and o.signed_until > o.started_at for o in answers}
    if len(kinds) > 1:
        zone = observations[0].zone
        run.emit(probe_signature(zone, resolvers=run.options.resolvers, deadline=deadline))


def _serial(message: dns.message.Message | None) -> int | None:
    if message is None:
        return None
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.SOA:
            return int(rrset[0].serial)
    return denial(message)[2]


def _unasked(zone: str, server: str, name: str, failure: Failure | None) -> AuthorityObservation:
    return AuthorityObservation(
        id=f"authority-{zone or '.'}-{server}@nowhere#{name}",
        started_at=Stopwatch().started_at,
        duration_s=0.0,
        failure=failure,
        zone=zone,
        server=server,
        name=name,
        record_type="A",
    )
