"""
The signature probe: look up a zone's DS, keys and signatures, and verify them here.

Our resolver's own checking is disabled, because a validating resolver only answers that it fails;
RFC 8914 lets it tell why, but few do.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import dns.exception
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from diagnostics.failures import Failure
from diagnostics.late_imports import importing
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import ask_resolver
from diagnostics.observations import SignatureObservation

_MAX_SET = 32  # records of one type; the root zone has 5 keys while it replaces one
_ZONE_KEY = 0x0100  # RFC 4034, section 2.1.1


def probe_signature(
    zone: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> SignatureObservation:
    """
    Look up what a validator needs, and follow its steps (RFC 4035, section 5).

    A key must match the DS, and a signature by the zone's keys must exist, be current, and verify.
    """
    watch = Stopwatch()
    asked = {
        kind: ask_resolver(
            zone,
            kind,
            resolvers=resolvers,
            deadline=deadline,
            checking_disabled=True,
            wants_dnssec=True,
        )
        for kind in ("DS", "DNSKEY", "SOA")
    }
    facts: dict[str, Any] = {"failure": Failure.RESOLVER_SILENT}
    if _is_too_large(asked.values()):
        facts = {"failure": Failure.UNKNOWN, "failure_detail": "too many keys or signatures"}
    elif asked["DS"] is not None and asked["DNSKEY"] is not None:
        facts = _judge(zone, asked, watch.started_at)
    return SignatureObservation(
        id=f"signature#{zone}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        zone=zone,
        **facts,
    )


def _dnssec() -> ModuleType:
    """Import dnspython's DNSSEC module, which is slow, and which most zones don't need."""
    with importing:
        return import_module("dns.dnssec")


def _judge(
    zone: str, asked: dict[str, dns.message.Message | None], now: datetime
) -> dict[str, Any]:
    owner = dns.name.from_text(f"{zone}.")
    ds = _records(asked["DS"], owner, "DS")
    keys = _records(asked["DNSKEY"], owner, "DNSKEY")
    facts: dict[str, Any] = {
        "ds_key_tags": tuple(sorted({record.key_tag for record in ds or ()})),
        "key_tags": tuple(sorted({_dnssec().key_id(key) for key in keys or ()})),
    }
    if not ds:
        return facts
    if not keys:
        # With a DS but without a key, the parent promises signatures that nobody can verify.
        return facts | {"reason": "unsigned"}
    if not _fits(owner, ds, keys):
        return facts | {"reason": "ds_orphan"}
    # Every zone has an SOA record; its signature represents those of all records.
    for kind, records in (("DNSKEY", keys), ("SOA", _records(asked["SOA"], owner, "SOA"))):
        if records is None:
            continue
        verdict = _judge_signatures(
            owner, records, _records(asked[kind], owner, "RRSIG", signs=kind), keys, now
        )
        facts |= {key: value for key, value in verdict.items() if value is not None}
        if facts.get("reason"):
            break
    return facts


def _judge_signatures(
    owner: dns.name.Name,
    records: dns.rrset.RRset,
    signatures: dns.rrset.RRset | None,
    keys: dns.rrset.RRset,
    now: datetime,
) -> dict[str, Any]:
    """Verify the signatures; one valid one is enough (RFC 4035, section 5.3.3)."""
    if not signatures:
        return {"reason": "unsigned"}
    last = max(signatures, key=lambda signature: signature.expiration)
    first = min(signatures, key=lambda signature: signature.inception)
    facts: dict[str, Any] = {
        "valid_from": datetime.fromtimestamp(first.inception, UTC),
        "valid_until": datetime.fromtimestamp(last.expiration, UTC),
    }
    if facts["valid_until"] < now:
        return facts | {"reason": "expired"}
    if facts["valid_from"] > now:
        return facts | {"reason": "not_yet_valid"}
    try:
        _dnssec().validate(records, signatures, {owner: keys}, now=now.timestamp())
    # Signatures with an unknown algorithm can't be judged (RFC 4035, section 5.2).
    except dns.exception.UnsupportedAlgorithm:
        return facts
    except dns.exception.DNSException:
        return facts | {"reason": "broken"}
    return facts


def _fits(owner: dns.name.Name, ds: dns.rrset.RRset, keys: dns.rrset.RRset) -> bool:
    """Check whether a key's digest matches the parent zone's DS (RFC 4034, section 5.1.4)."""
    for record in ds:
        for key in keys:
            is_candidate = key.flags & _ZONE_KEY and _dnssec().key_id(key) == record.key_tag
            try:
                if is_candidate and _dnssec().make_ds(owner, key, record.digest_type) == record:
                    return True
            except (dns.exception.DNSException, ValueError):
                return True  # a digest that we can't compute proves nothing
    return False


def _records(
    message: dns.message.Message | None, owner: dns.name.Name, kind: str, *, signs: str = "NONE"
) -> dns.rrset.RRset | None:
    """Return the records of one type; for RRSIG, those that sign records of the type `signs`."""
    if message is None:
        return None
    types = dns.rdatatype.from_text(kind), dns.rdatatype.from_text(signs)
    return message.get_rrset(message.answer, owner, dns.rdataclass.IN, *types)


def _is_too_large(messages: Iterable[dns.message.Message | None]) -> bool:
    """
    Check whether a record set is larger than any honest zone's.

    Every key is tried with every DS and every signature, so an answer full of keys with the same
    tag would take minutes (CVE-2023-50387).
    """
    return any(
        len(rrset) > _MAX_SET
        for message in messages
        for rrset in (message.answer if message else ())
    )
