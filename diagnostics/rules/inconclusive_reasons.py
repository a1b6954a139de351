"""The reasons why a diagnosis is inconclusive, with their texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from diagnostics.catalogue.files import load
from diagnostics.failures import Failure
from diagnostics.rules.dns.dns_evidence import name_checks
from diagnostics.rules.evidence import Evidence
from diagnostics.texts import Language, escape_hidden

_DROPPED = {Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE}


class InconclusiveReason(NamedTuple):
    """The key of a reason's text, and the values inserted into it."""

    key: str
    values: dict[str, str | int]


def inconclusive_reasons(evidence: Evidence) -> tuple[InconclusiveReason, ...]:
    """Return why nothing can be concluded, the most informative reason first; at least one."""
    return tuple(_reasons(evidence)) or (InconclusiveReason("unclear", {}),)


def reason_text(reason: InconclusiveReason, language: Language = "en") -> str:
    """Return a reason's text in the reader's language."""
    row = load("reasons")[reason.key]
    return str(row[language]).format_map(reason.values)


def _reasons(evidence: Evidence) -> Iterator[InconclusiveReason]:
    failures = {observation.failure for observation in evidence.observations}
    if Failure.VANTAGE_BUSY in failures:
        yield InconclusiveReason("busy", {})
    if _is_silent_without_ping(evidence):
        yield InconclusiveReason("no_ping", {})
    # An address was of IPv6, so this machine may have no IPv6 at all.
    if Failure.VANTAGE_NO_ROUTE in failures and ":" in "".join(evidence.contacted_addresses):
        yield InconclusiveReason("no_ipv6", {})
    again = next(name_checks(evidence, "again"), None)
    if again is not None and again.failure is None:
        yield InconclusiveReason("comes_and_goes", {})
    yield from _page_reasons(evidence)
    if Failure.VANTAGE_NO_TIME in failures:
        yield InconclusiveReason("unfinished", {})


def _is_silent_without_ping(evidence: Evidence) -> bool:
    """Check whether nothing answered by TCP (RFC 9293, section 3.10.7.1) and we couldn't ping."""
    contacts, pings = evidence.contacts, evidence.pings
    is_silent = bool(contacts) and all(contact.failure in _DROPPED for contact in contacts)
    return is_silent and not any(ping.failure is None or not ping.failure.is_ours for ping in pings)


def _page_reasons(evidence: Evidence) -> Iterator[InconclusiveReason]:
    chain = evidence.chain(evidence.open_way) if evidence.open_way else None
    if chain is None:
        return
    if chain.end is not None and chain.end.is_error:
        yield InconclusiveReason("status", {"status": chain.end.status or 0})
    elif chain.ending == "lost" and chain.next_url:
        yield InconclusiveReason("not_followed", {"url": escape_hidden(chain.next_url, 120)})
