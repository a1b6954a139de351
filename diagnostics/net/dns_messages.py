"""What a DNS message says, written for people and for observations."""

from __future__ import annotations

import dns.message
import dns.name
import dns.rdatatype

from diagnostics.texts import escape_hidden


def name_text(name: dns.name.Name) -> str:
    """Write a name for people: lower case, no final dot, harmless; the root is ""."""
    return escape_hidden(name.to_text(omit_final_dot=True).lower(), 255).removesuffix(".")


def denial(message: dns.message.Message) -> tuple[str | None, int | None, int | None]:
    """
    Read the SOA that comes with "no": its zone, for how long it holds, its serial number.

    RFC 2308, section 5: a "no" is kept for the lesser of the SOA's own TTL and its last field.
    """
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            soa = rrset[0]
            return name_text(rrset.name), min(rrset.ttl, soa.minimum), soa.serial
    return None, None, None
