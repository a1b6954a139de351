"""The policy probe: a domain's TXT records for SPF and DMARC."""

from __future__ import annotations

from typing import Literal

from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import PolicyObservation
from diagnostics.probes.dns_answers import (
    MAX_RECORDS,
    aliases_in,
    ask_for_answer,
    ask_for_records,
)
from diagnostics.spf_dmarc import SpfTerm, is_dmarc, is_nearly_spf, is_spf
from diagnostics.texts import escape_hidden

_MAX_TEXTS = 4
_MAX_TEXT = 2000
_IS_POLICY = {"spf": is_spf, "dmarc": is_dmarc}


def probe_policy(
    policy: Literal["spf", "dmarc"],
    name: str,
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    depth: int = 0,
) -> PolicyObservation:
    """Look up the TXT records of a name, and keep those of one policy."""
    watch = Stopwatch()
    message, records, facts = ask_for_answer(name, "TXT", resolvers=resolvers, deadline=deadline)
    # A record longer than 255 bytes comes in several strings,
    # joined without a space (RFC 7208, section 3.3).
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in records]
    kept = sorted(text for text in texts if _IS_POLICY[policy](text))
    unread = sorted(filter(is_nearly_spf, texts)) if policy == "spf" else []
    return PolicyObservation(
        id=f"{policy}#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        policy=policy,
        name=name,
        depth=depth,
        records=tuple(escape_hidden(text, _MAX_TEXT) for text in kept[:_MAX_TEXTS]),
        unread=tuple(escape_hidden(text, _MAX_TEXT) for text in unread[:_MAX_TEXTS]),
        aliases=aliases_in(message),
        **facts,
    )


def look_up_term(
    term: SpfTerm, owner: str, *, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[bool, tuple[str, ...]]:
    """
    Look up a term; return whether the lookup is void (RFC 7208, section 4.6.4), and addresses.

    A lookup is void if the name has addresses of neither family. Addresses are returned for a term
    "a" only, and of the first family that the name has.
    """
    name = term.domain.rstrip(".").lower() or owner
    for record_type in ("MX",) if term.name == "mx" else ("A", "AAAA"):
        records, facts = ask_for_records(name, record_type, resolvers=resolvers, deadline=deadline)
        if facts.get("failure") not in NO_SUCH_RECORD:
            texts = [record.address for record in records] if term.name == "a" else []
            return False, tuple(sorted(texts)[:MAX_RECORDS])
    return True, ()
