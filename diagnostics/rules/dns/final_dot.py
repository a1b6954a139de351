"""
Detect names that were completed by mistake, because a record lacks its final dot.

In a zone file, the zone's name is appended to a name without a final dot (RFC 1035, section 5.1).
A full name so becomes a doubled one, as a record's own name or in its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from diagnostics.observations import NameCheckObservation
from diagnostics.rules.dns.dns_evidence import name_checks
from diagnostics.rules.evidence import Evidence
from diagnostics.targets import has_public_suffix, registered_domain

_REVERSE_ZONE = re.compile(
    r"^(?P<meant>[a-z0-9_.-]{1,250}?)(?:(?:\.\d{1,3}(?:[-/]\d{1,3})?){1,4}\.in-addr|(?:\.[0-9a-f]){1,31}\.ip6)\.arpa$"
)


def name_without_zone(name: str, host: str) -> str:
    """
    Return the full name to which the zone's name was appended for lack of a final dot.

    "" if the part before the zone's name isn't a full name.
    """
    zone = registered_domain(host)
    before = name.removesuffix(f".{zone}")
    is_in_zone = before != name and (before == zone or before.endswith(f".{zone}"))
    is_other_domain = before != name and before.count(".") > 1 and has_public_suffix(before)
    return before if is_in_zone or is_other_domain else ""


def name_without_reverse_zone(name: str) -> str:
    """Return the name that a PTR record means, if its reverse zone was appended; else ""."""
    match = _REVERSE_ZONE.match(name)
    return match["meant"] if match and "." in match["meant"] else ""


def with_final_dot(name: str) -> str:
    """Return a name with its final dot; "" for ""."""
    return f"{name}." if name else ""


def doubled_record(
    evidence: Evidence, name: str, record_type: str, fits: Callable[[str], bool]
) -> NameCheckObservation | None:
    """Return the lookup of a missing record's doubled name, if it found a record that `fits`."""
    doubled = f"{name}.{registered_domain(name)}"
    for check in name_checks(evidence, "doubled"):
        is_same = (check.name, check.record_type) == (doubled, record_type)
        if is_same and any(fits(text.replace('" "', "").strip('"')) for text in check.records):
            return check
    return None
