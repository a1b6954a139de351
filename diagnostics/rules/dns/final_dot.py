"""
Names that a zone file or a panel completed by mistake: a record without its final dot.

Names in a zone file that end in no dot are completed by the zone's (RFC 1035, section 5.1), so a
whole name becomes a doubled one; in the record's own name as well as in what it points to.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from diagnostics.observations import NameCheckObservation
from diagnostics.rules.dns.dns_evidence import checks
from diagnostics.rules.evidence import Evidence
from diagnostics.targets import has_public_suffix, registered_domain

_REVERSE_ZONE = re.compile(
    r"^(?P<meant>[a-z0-9_.-]{1,250}?)(?:(?:\.\d{1,3}(?:[-/]\d{1,3})?){1,4}\.in-addr|(?:\.[0-9a-f]){1,31}\.ip6)\.arpa$"
)


def name_without_zone(name: str, host: str) -> str:
    """
    Return the whole name that stands before the zone's own in a record without its final dot.

    Nothing where the part before is no name of its own.
    """
    zone = registered_domain(host)
    before = name.removesuffix(f".{zone}")
    is_whole = before != name and (before == zone or before.endswith(f".{zone}"))
    is_elsewhere = before != name and before.count(".") > 1 and has_public_suffix(before)
    return before if is_whole or is_elsewhere else ""


def name_without_reverse_zone(name: str) -> str:
    """Return the name that a PTR record means, where the address's own zone was added behind it."""
    match = _REVERSE_ZONE.match(name)
    return match["meant"] if match and "." in match["meant"] else ""


def with_final_dot(name: str) -> str:
    """Return a name as it is to be written; nothing of no name."""
    return f"{name}." if name else ""


def doubled_record(
    evidence: Evidence, name: str, record_type: str, fits: Callable[[str], bool]
) -> NameCheckObservation | None:
    """Return the answer at a missing record's doubled name, where a record that fits stands."""
    doubled = f"{name}.{registered_domain(name)}"
    for check in checks(evidence, "doubled"):
        is_asked = (check.name, check.record_type) == (doubled, record_type)
        if is_asked and any(fits(text.replace('" "', "").strip('"')) for text in check.records):
            return check
    return None
