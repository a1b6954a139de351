"""Why a diagnosis concludes nothing: what stood in the way, in words and never as a fault."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from diagnostics.catalogue.files import load
from diagnostics.failures import Failure
from diagnostics.rules.dns.dns_evidence import checks
from diagnostics.rules.evidence import Evidence
from diagnostics.texts import Language, escape_hidden

_DROPPED = {Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE}


class InconclusiveReason(NamedTuple):
    """The key of its words, and what they name."""

    key: str
    values: dict[str, str | int]


def inconclusive_reasons(evidence: Evidence) -> tuple[InconclusiveReason, ...]:
    """Say what kept us from a conclusion, the most telling first; never nothing."""
    return tuple(_reasons(evidence)) or (InconclusiveReason("unclear", {}),)


def reason_text(reason: InconclusiveReason, language: Language = "en") -> str:
    """Say it in the reader's language."""
    row = load("reasons")[reason.key]
    return str(row[language]).format_map(reason.values)


def _reasons(evidence: Evidence) -> Iterator[InconclusiveReason]:
    failures = {observation.failure for observation in evidence.observations}
    if Failure.VANTAGE_BUSY in failures:
        yield InconclusiveReason("busy", {})
    if _is_silent_without_ping(evidence):
        yield InconclusiveReason("no_ping", {})
    # Some address was IPv6, so that the missing route may be ours to IPv6 as a whole.
    if Failure.VANTAGE_NO_ROUTE in failures and ":" in "".join(evidence.dialled):
        yield InconclusiveReason("no_ipv6", {})
    again = next(checks(evidence, "again"), None)
    if again is not None and again.failure is None:
        yield InconclusiveReason("comes_and_goes", {})
    yield from _of_the_page(evidence)
    if Failure.VANTAGE_NO_TIME in failures:
        yield InconclusiveReason("unfinished", {})


def _is_silent_without_ping(evidence: Evidence) -> bool:
    """Nothing came back by TCP (RFC 9293, section 3.10.7.1), and ICMP could not be asked."""
    contacts, pings = evidence.contacts, evidence.pings
    is_silent = bool(contacts) and all(contact.failure in _DROPPED for contact in contacts)
    return is_silent and not any(ping.failure is None or not ping.failure.is_ours for ping in pings)


def _of_the_page(evidence: Evidence) -> Iterator[InconclusiveReason]:
    chain = evidence.chain(evidence.leading) if evidence.leading else None
    if chain is None:
        return
    if chain.end is not None and chain.end.is_error:
        yield InconclusiveReason("status", {"status": chain.end.status or 0})
    elif chain.ending == "lost" and chain.next_url:
        yield InconclusiveReason("not_followed", {"url": escape_hidden(chain.next_url, 120)})
