"""Read the sections of DNS answers, for all probes that make lookups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline
from diagnostics.net.dns_client import ask_resolver
from diagnostics.net.dns_messages import name_text
from diagnostics.texts import escape_hidden

MAX_RECORDS = 16
RCODE_FAILURES: Mapping[dns.rcode.Rcode, Failure] = MappingProxyType(
    {
        dns.rcode.NXDOMAIN: Failure.DNS_NXDOMAIN,
        dns.rcode.SERVFAIL: Failure.DNS_SERVFAIL,
        dns.rcode.REFUSED: Failure.RESOLVER_REFUSED,
    }
)


@dataclass(frozen=True)
class AnswerSection:
    """
    The CNAME chain (RFC 1034, section 3.6.2) and the records at its end, as texts.

    `ttl_s` is the lowest TTL of the chain; None if the section is empty.
    """

    records: tuple[str, ...]
    aliases: tuple[str, ...]
    ttl_s: int | None

    @property
    def facts(self) -> dict[str, Any]:
        """The section as an observation's fields; records are sorted and limited in number."""
        return {
            "records": tuple(sorted(self.records)[:MAX_RECORDS]),
            "aliases": self.aliases[:MAX_RECORDS],
            "ttl_s": self.ttl_s,
        }


def read_answer_section(message: dns.message.Message, record_type: str) -> AnswerSection:
    """Return the records of one type, and the aliases that lead to them."""
    wanted = dns.rdatatype.from_text(record_type)
    aliases: list[str] = []
    records: list[str] = []
    ttls: list[int] = []
    for rrset in message.answer:
        if rrset.rdtype == dns.rdatatype.CNAME:
            # A name has one CNAME at most (RFC 2181, section 10.1).
            aliases.append(name_text(rrset[0].target))
        elif rrset.rdtype == wanted:
            records.extend(record.to_text() for record in rrset)
        else:
            continue
        ttls.append(rrset.ttl)
    return AnswerSection(tuple(records), tuple(aliases), min(ttls, default=None))


def aliases_in(message: dns.message.Message | None) -> tuple[str, ...]:
    """Return the CNAME chain of the queried name in order."""
    return read_answer_section(message, "CNAME").aliases[:MAX_RECORDS] if message else ()


def is_authenticated(message: dns.message.Message | None) -> bool:
    """Check whether our resolver has validated an answer by DNSSEC (AD: RFC 4035, 3.2.3)."""
    return message is not None and bool(message.flags & dns.flags.AD)


def ask_for_records(
    name: str, record_type: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[list[Any], dict[str, Any]]:
    """
    Look up the records of one type, following aliases.

    Return dnspython's records, and the fields that every such observation has: `rcode`, `failure`,
    `failure_detail`. Without records there is a failure.
    """
    return ask_for_answer(name, record_type, resolvers=resolvers, deadline=deadline)[1:]


def ask_for_answer(
    name: str, record_type: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[dns.message.Message | None, list[Any], dict[str, Any]]:
    """Like `ask_for_records`, but return the whole answer too; None if there is no usable one."""
    try:
        message = ask_resolver(name, record_type, resolvers=resolvers, deadline=deadline)
    except (dns.exception.DNSException, OSError, ValueError) as error:
        detail = escape_hidden(repr(error))
        return None, [], {"failure": Failure.RESOLVER_BROKEN, "failure_detail": detail}
    if message is None:
        return None, [], {"failure": Failure.RESOLVER_SILENT}
    if message.flags & dns.flags.TC:  # a truncated answer doesn't tell what is missing
        return None, [], {"failure": Failure.RESOLVER_BROKEN, "failure_detail": "cut, and no TCP"}
    wanted = dns.rdatatype.from_text(record_type)
    records = [record for rrset in message.answer if rrset.rdtype == wanted for record in rrset]
    facts: dict[str, Any] = {"rcode": dns.rcode.to_text(message.rcode())}
    if message.rcode() != dns.rcode.NOERROR:
        facts["failure"] = RCODE_FAILURES.get(message.rcode(), Failure.RESOLVER_BROKEN)
    elif not records:
        facts["failure"] = Failure.DNS_NO_DATA
    return message, records, facts
