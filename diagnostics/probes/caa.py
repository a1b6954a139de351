"""The CAA probe: who may issue certificates for a name."""

from __future__ import annotations

from typing import Any

from diagnostics.failures import NO_SUCH_RECORD
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import CaaObservation
from diagnostics.probes.dns_answers import MAX_RECORDS, ask_for_records
from diagnostics.targets import registered_domain
from diagnostics.texts import escape_hidden

_MAX_LEVELS = 4
_MAX_VALUE = 253


def probe_caa(
    host: str, *, is_wildcard: bool, resolvers: tuple[str, ...], deadline: Deadline
) -> CaaObservation:
    """
    Look up the CAA records of a name, then of its parents, up to the registered domain.

    The first name with records counts (RFC 8659, section 3). For a wildcard certificate,
    "issuewild" overrides "issue" (section 4.3).
    """
    watch = Stopwatch()
    zone, values = "", set[tuple[str, str]]()
    facts: dict[str, Any] = {}
    for name in _climb(host):
        records, facts = ask_for_records(name, "CAA", resolvers=resolvers, deadline=deadline)
        values = {(r.tag.decode(errors="replace").lower(), _value(r.value)) for r in records}
        if values:
            zone = name
        if values or facts.get("failure") not in NO_SUCH_RECORD:
            break
    tags = {tag for tag, _ in values}
    tag = "issuewild" if is_wildcard and "issuewild" in tags else "issue"
    chosen = sorted(value for own, value in values if own == tag)[:MAX_RECORDS]
    return CaaObservation(
        id=f"caa#{host}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=host,
        zone=zone,
        issuers=tuple(value.partition(";")[0].strip().lower() for value in chosen),
        records=tuple(f'{tag} "{value}"' for value in chosen),
        **facts,
    )


def _climb(host: str) -> list[str]:
    top, names = registered_domain(host), [host]
    while names[-1] != top and "." in names[-1] and len(names) < _MAX_LEVELS:
        names.append(names[-1].partition(".")[2])
    return names


def _value(data: bytes) -> str:
    return escape_hidden(data.decode("utf-8", "replace"), _MAX_VALUE)
