"""Read names and denials from DNS messages, for people and for observations."""

from __future__ import annotations

import dns.message
import dns.name
import dns.rdatatype

from diagnostics.texts import escape_hidden


def name_text(name: dns.name.Name) -> str:
    """
    Return a name for people: lower case, no final dot, hidden characters escaped; ""
    for the root.
    """
    return escape_hidden(name.to_text(omit_final_dot=True).lower(), 255).removesuffix(".")


def denial(message: dns.message.Message) -> tuple[str | None, int | None, int | None]:
    """
    Return the zone, the TTL and the serial number of the SOA in a negative answer, or three times
    None.

    RFC 2308, section 5: a negative answer is cached for the lesser of the SOA's own TTL and its
    last field.
    """
    for rrset in message.authority:
        if rrset.rdtype == dns.rdatatype.SOA:
            soa = rrset[0]
            return name_text(rrset.name), min(rrset.ttl, soa.minimum), soa.serial
    return None, None, None
