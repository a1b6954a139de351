"""
Measure a domain's mail: the servers that accept it, their replies, and the policies for senders.

Each server that accepts mail is connected to at port 25 for its greeting, and the first three are
asked whether they would accept a letter (`mail_dialogue`); no letter is ever sent. Measurements
about the letters that the domain sends are in `outgoing_mail`. The ports of mail programs are tried
at the hosts that customers usually configure: the first such servers, and the domain's names
`mail`, `smtp` and `imap`. The cost is bounded: 5 servers at 2 addresses each, 5 hosts at 5 more
ports, and lookups of policies. A typical domain's servers get some 26 packets, and fewer than 300
however many servers the domain names.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any

from diagnostics.failures import NO_SUCH_RECORD, Failure
from diagnostics.observations import MxObservation, PolicyObservation
from diagnostics.plan.dane import look_at_tlsa
from diagnostics.plan.mail_ports import (
    OPEN_SERVICES,
    try_incoming,
    try_open_port,
    try_secure_port,
)
from diagnostics.plan.outgoing_mail import (
    find_keys,
    find_sts_policy,
    look_at_senders,
    note_letter,
)
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.plan.service_records import ask_doubled_name, look_at_services
from diagnostics.probes.mail_policy import look_up_term, probe_policy
from diagnostics.probes.mx import probe_mx
from diagnostics.spf_dmarc import SpfTerm, read_spf
from diagnostics.targets import as_address, registered_domain

_MAX_DEPTH = 3  # of includes in includes
_MAX_SERVERS = 5
_MAX_ADDRESSES = 2
_MAX_CLIENT_SERVERS = 2
_MAX_INCLUDED = 20
_MAX_TERMS = 12
_ASKING = {"a", "mx", "exists"}
_SECURE = ("submissions", "imaps")


def measure_mail(run: Run) -> None:
    """Measure a domain's mail; if the target is an address, only its ports."""
    host = run.target.host
    if run.target.address is not None:
        _try_servers(run, [host], [host])
        return
    note_letter(run)
    exchange = run.spawn(_find_exchange, run, host)
    spf = run.spawn(_follow_spf, run, _SpfNames(host), host, 0)
    policies: list[Future[Any]] = [
        run.spawn(_find_dmarc, run, host),
        run.spawn(find_sts_policy, run),
        run.spawn(look_at_services, run),
        run.spawn(look_at_tlsa, run, exchange),
        run.spawn(find_keys, run, exchange),
        run.spawn(_find_senders, run, exchange, spf),
    ]
    for mx in run.wait([exchange]):
        _try_exchangers(run, mx)
    run.wait([spf, *policies])


def _find_exchange(run: Run, host: str) -> MxObservation:
    mx = run.emit(probe_mx(host, resolvers=run.options.resolvers, deadline=run.deadline))
    if mx.failure is Failure.DNS_NO_DATA:
        ask_doubled_name(run, host, "MX")
    return mx


def _find_senders(
    run: Run, exchange: Future[MxObservation], spf: Future[PolicyObservation | None]
) -> None:
    for policy in run.wait([spf]):
        for mx in run.wait([exchange]):
            look_at_senders(run, mx, policy)


# Servers


def _try_exchangers(run: Run, mx: MxObservation) -> None:
    """Try the MX servers in a sender's order; without any, the domain itself (RFC 5321)."""
    host = run.target.host
    named = [
        exchanger
        for exchanger in mx.exchangers
        if exchanger.host and as_address(exchanger.host) is None
    ]
    servers = [exchanger.host for exchanger in named][:_MAX_SERVERS]
    preferred = [
        exchanger.host for exchanger in named if exchanger.preference == named[0].preference
    ]
    if mx.failure is not None:
        servers = preferred = [host]
    if servers:
        _try_servers(run, servers, [*preferred[:_MAX_CLIENT_SERVERS], *_usual_names(host)])


def _try_servers(run: Run, incoming: list[str], client: list[str]) -> None:
    """Try servers that accept the domain's mail, and those that mail programs may use."""
    run.wait(
        [
            run.spawn(
                _try_server,
                run,
                server,
                incoming_addresses=_MAX_ADDRESSES if server in incoming else 0,
                client_addresses=1 if server in client else 0,
            )
            for server in dict.fromkeys([*incoming, *client])
        ]
    )


def _try_server(run: Run, server: str, *, incoming_addresses: int, client_addresses: int) -> None:
    """Try port 25 and the ports of mail programs at the first addresses of a server."""
    addresses = find_addresses(run, server)
    probes: list[Future[Any]] = [
        run.spawn(try_incoming, run, address, server, may_speak=number == 0)
        for number, address in enumerate(addresses[:incoming_addresses])
    ]
    for address in addresses[:client_addresses]:
        probes += [run.spawn(try_open_port, run, address, server, name) for name in OPEN_SERVICES]
        probes += [run.spawn(try_secure_port, run, address, server, name) for name in _SECURE]
    run.wait(probes)


# Policies


@dataclass(frozen=True)
class _SpfNames:
    """The names whose SPF records were looked up for one sender; a bounded number, each once."""

    sender: str
    _names: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _questions: Iterator[int] = field(default_factory=lambda: iter(range(_MAX_TERMS)))

    def may_ask(self) -> bool:
        """Check whether another term may be looked up; receivers have a limit too (ten)."""
        with self._lock:
            return next(self._questions, None) is not None

    def add(self, name: str) -> bool:
        """Add a name; return whether its record is to be looked up."""
        with self._lock:
            # Records may include each other in a loop, or hundreds of others.
            is_new = name not in self._names and len(self._names) <= _MAX_INCLUDED
            self._names.add(name)
            return is_new


def _follow_spf(run: Run, names: _SpfNames, name: str, depth: int) -> PolicyObservation | None:
    """Look up an SPF record and those that it includes; None if it was already looked up."""
    if not names.add(name) or run.is_over:
        return None
    policy = probe_policy(
        "spf",
        name,
        resolvers=run.options.resolvers,
        deadline=run.deadline,
        depth=depth,
    )
    if len(policy.records) != 1:
        if not policy.records and depth == 0 and _is_answered(policy):
            ask_doubled_name(run, name, "TXT")
        return run.emit(policy)
    spf = read_spf(policy.records[0], name, names.sender)
    policy = run.emit(policy.model_copy(update=_look_up_terms(run, names, spf.terms, name)))
    if depth < _MAX_DEPTH:
        included = dict.fromkeys(spf.leads_to)
        run.wait([run.spawn(_follow_spf, run, names, domain, depth + 1) for domain in included])
    return policy


def _look_up_terms(
    run: Run, names: _SpfNames, terms: tuple[SpfTerm, ...], owner: str
) -> dict[str, Any]:
    """Look up the names of a record's terms, all at once, up to the limit."""
    asked = [term for term in terms if term.name in _ASKING and term.is_certain and names.may_ask()]
    questions = [
        run.spawn(look_up_term, term, owner, resolvers=run.options.resolvers, deadline=run.deadline)
        for term in asked
    ]
    answers = run.wait(questions)
    # If a worker raised, its answer is missing, and no answer can be matched to its term.
    pairs = list(zip(asked, answers, strict=True)) if len(answers) == len(asked) else []
    return {
        "void_terms": tuple(term.text for term, (is_void, _) in pairs if is_void),
        "term_addresses": {term.text: addresses for term, (_, addresses) in pairs if addresses},
    }


def _find_dmarc(run: Run, host: str) -> None:
    """Look up DMARC at the domain, then at its registered domain (RFC 7489, section 6.6.3)."""
    for name in dict.fromkeys((host, registered_domain(host))):
        policy = run.emit(
            probe_policy(
                "dmarc",
                f"_dmarc.{name}",
                resolvers=run.options.resolvers,
                deadline=run.deadline,
            )
        )
        if policy.records or run.is_over:
            return
        if _is_answered(policy):
            ask_doubled_name(run, policy.name, "TXT")


def _is_answered(policy: PolicyObservation) -> bool:
    """Check whether the answer is certain, be it that there is no record."""
    return policy.failure is None or policy.failure in NO_SUCH_RECORD


def _usual_names(domain: str) -> list[str]:
    """Return the host names that mail programs try by default."""
    return [f"{name}.{domain}" for name in ("mail", "smtp", "imap")]
