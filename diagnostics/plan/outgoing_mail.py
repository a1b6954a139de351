"""
Measure a domain's outgoing mail: host names of sending servers, keys, MTA-STS and block lists.

Which servers send is seldom known. An address that a letter or the customer names is one. Addresses
in the domain's own records are used only if no other server can send: if each term of SPF is a
single address, and the mail servers are the domain's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from ipaddress import ip_address
from typing import Any, Literal

from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.net.deadline import Stopwatch
from diagnostics.observations import (
    DkimObservation,
    MtaStsObservation,
    MxObservation,
    PolicyObservation,
    SenderObservation,
    SentLetterObservation,
    SignatureTag,
)
from diagnostics.options import Address
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.plan.service_records import ask_doubled_name
from diagnostics.probes.mta_sts import fetch_policy, probe_sts_record
from diagnostics.probes.outgoing_mail import (
    has_dkim_names,
    probe_block_list,
    probe_dkim,
    probe_sender,
)
from diagnostics.spf_dmarc import SpfTerm, is_own_host, read_spf, single_address
from diagnostics.targets import as_address

_IPV4 = 4
_MAX_SENDERS = 3
_MAX_NAMES = 2  # of one address, whose own addresses are looked up
_MAX_SIGNATURES = 4
_MAX_USUAL = 8
_MAX_LISTS = 8
# Selectors by the end of a mail server's name, as its provider uses; else those of common programs.
_SELECTORS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("google.com", ("google",)),
    ("googlemail.com", ("google",)),
    ("outlook.com", ("selector1",)),
    ("yandex.net", ("mail",)),
    ("yandex.ru", ("mail",)),
    ("mail.ru", ("mailru",)),
)
_USUAL = ("default", "mail", "dkim")


def note_letter(run: Run) -> SentLetterObservation | None:
    """Emit the observation of the customer's letter; None without a letter."""
    letter, watch = run.options.letter, Stopwatch()
    if letter is None:
        return None
    return run.emit(
        SentLetterObservation(
            id="sent-letter",
            started_at=watch.started_at,
            duration_s=0.0,
            from_domain=letter.from_domain,
            envelope_domain=letter.envelope_domain,
            signatures=tuple(
                SignatureTag(domain=domain, selector=selector)
                for domain, selector in letter.signatures[:_MAX_SIGNATURES]
            ),
            address=letter.address,
        )
    )


# Keys


def find_keys(run: Run, mx: Future[MxObservation]) -> None:
    """Look up the keys of the letter's signatures; without any, those of usual selectors."""
    resolvers, domain = run.options.resolvers, run.target.host
    signatures = [
        (selector, signer)
        for signer, selector in (run.options.letter.signatures if run.options.letter else ())
        # Services that sign with their own domain maintain their keys themselves.
        if is_own_host(signer, domain)
    ]
    run.wait(
        [
            run.spawn(_find_key, run, selector, signer, "letter")
            for selector, signer in dict.fromkeys(signatures[:_MAX_SIGNATURES])
        ]
    )
    if signatures or run.is_over:
        return
    if not has_dkim_names(domain, resolvers=resolvers, deadline=run.deadline):
        return
    # One after the other, because mostly the first exists, which saves lookups.
    for selector in _usual_selectors(run, [server for o in run.wait([mx]) for server in o.hosts]):
        if _find_key(run, selector, domain, "usual").records:
            return


def _usual_selectors(run: Run, servers: list[str]) -> tuple[str, ...]:
    by_provider = [
        selectors
        for ending, selectors in _SELECTORS
        if any(server.endswith(f".{ending}") for server in servers)
    ]
    usual = by_provider[0] if by_provider else _USUAL
    return tuple(dict.fromkeys((*run.options.dkim_selectors[:_MAX_USUAL], *usual)))


def _find_key(
    run: Run, selector: str, domain: str, source: Literal["letter", "usual"]
) -> DkimObservation:
    key = run.emit(
        probe_dkim(selector, domain, source, resolvers=run.options.resolvers, deadline=run.deadline)
    )
    if source == "letter" and key.failure in NO_SUCH_RECORD and not key.alias:
        ask_doubled_name(run, key.name, "TXT")
    return key


# MTA-STS


def find_sts_policy(run: Run) -> None:
    """Look up the MTA-STS record, and fetch the policy if there is one."""
    domain = run.target.host
    sts = probe_sts_record(domain, resolvers=run.options.resolvers, deadline=run.deadline)
    if sts.records and not run.is_over:
        sts = sts.model_copy(update=_read_policy(run, sts))
    run.emit(sts)


def _read_policy(run: Run, sts: MtaStsObservation) -> dict[str, Any]:
    domain = sts.name.partition(".")[2]
    host = f"mta-sts.{domain}"
    addresses = find_addresses(run, host)
    if not addresses or not run.policy.may_speak_http(443):
        return {"outcome": "no_address" if not addresses else "unmeasured"}
    facts = fetch_policy(
        addresses[0],
        domain,
        ca_file=run.options.ca_file,
        user_agent=run.options.user_agent,
        deadline=run.deadline,
    )
    return facts | {"address": str(addresses[0])}


# Addresses that send


def look_at_senders(run: Run, mx: MxObservation, spf: PolicyObservation | None) -> None:
    """Look up the host names of sending addresses, these names' addresses, and block lists."""
    named = dict.fromkeys(_named_addresses(run))
    senders: dict[Address, Literal["named", "records"]] = dict.fromkeys(named, "named")
    if not named:
        senders = dict.fromkeys(_recorded_addresses(run, mx, spf), "records")
    chosen = [address for address in senders if run.policy.refusal(address) is None]
    run.wait(
        [
            run.spawn(_look_at_sender, run, address, senders[address])
            for address in chosen[:_MAX_SENDERS]
        ]
    )


def _look_at_sender(run: Run, address: Address, source: Literal["named", "records"]) -> None:
    options = run.options
    lists = [run.spawn(_ask_list, run, zone, address) for zone in options.block_lists[:_MAX_LISTS]]
    sender = run.emit(
        probe_sender(address, source, resolvers=options.resolvers, deadline=run.deadline)
    )
    run.wait([run.spawn(find_addresses, run, name) for name in _new_names(sender)])
    run.wait(lists)


def _new_names(sender: SenderObservation) -> Iterator[str]:
    for name in sender.names[:_MAX_NAMES]:
        if as_address(name) is None:
            yield name


def _ask_list(run: Run, zone: str, address: Address) -> None:
    run.emit(
        probe_block_list(zone, address, resolvers=run.options.resolvers, deadline=run.deadline)
    )


def _named_addresses(run: Run) -> Iterator[Address]:
    letter = run.options.letter
    address = as_address(letter.address) if letter else None
    if address is not None:
        yield address
    yield from run.options.expect_addresses


def _recorded_addresses(
    run: Run, mx: MxObservation, spf: PolicyObservation | None
) -> list[Address]:
    """Return the only addresses that can send the domain's letters; [] if that isn't certain."""
    host = run.target.host
    servers = mx.hosts
    if run.target.address is not None:
        return []
    if not servers or not all(is_own_host(server, host) for server in servers):
        return []
    own = [address for server in servers for address in find_addresses(run, server)]
    if spf is None or len(spf.records) != 1:
        return _few(own) if spf is not None and not spf.records and spf.failure else []
    addresses: list[Address] = []
    for term in read_spf(spf.records[0], host, host).senders:
        term_addresses = _addresses_of(term, spf, own)
        if not term_addresses:
            return []
        addresses += term_addresses
    return _few(addresses)


def _addresses_of(term: SpfTerm, spf: PolicyObservation, own: list[Address]) -> list[Address]:
    """Return all addresses of a term; [] if there may be others."""
    if term.name in {"ip4", "ip6"}:
        address = single_address(term)
        return [address] if address else []
    if "/" in term.text:
        return []
    if term.name == "a":
        return [ip_address(text) for text in spf.term_addresses.get(term.text, ())]
    return own if term.name == "mx" and term.domain in {"", spf.name} else []


def _few(addresses: list[Address]) -> list[Address]:
    """Return only IPv4 if there is any, as the sending family is unknown; [] if there are many."""
    distinct: list[Address] = list(dict.fromkeys(addresses))
    chosen = [address for address in distinct if address.version == _IPV4] or distinct
    return chosen if len(chosen) <= _MAX_SENDERS else []
