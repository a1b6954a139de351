"""The running lookups of a name: one for A records, one for AAAA records."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import Any, Literal

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import DnsObservation
from diagnostics.plan.run import Run

RecordType = Literal["A", "AAAA"]
RECORD_TYPES: tuple[RecordType, ...] = ("A", "AAAA")
Lookups = Sequence[Future[DnsObservation]]  # in the order of RECORD_TYPES


def wait_for_answers(run: Run, lookups: Lookups, deadline: Deadline) -> None:
    """Wait for all lookups, or until the name's servers are known to be dead."""
    pending: set[Future[Any]] = set(lookups)
    # A resolver takes seconds to give up on dead servers; we have asked them ourselves by then.
    given_up = run.known.name_servers_failed
    while pending and not given_up.done() and deadline.left_s > 0:
        done, _ = wait({*pending, given_up}, timeout=deadline.left_s, return_when=FIRST_COMPLETED)
        pending -= done


def answers_so_far(host: str, lookups: Lookups, watch: Stopwatch) -> list[DnsObservation]:
    """Return finished lookups, and unfinished ones as "silent"; those that raised are left out."""
    results: list[DnsObservation] = []
    for record_type, future in zip(RECORD_TYPES, lookups, strict=True):
        if not future.done():
            results.append(_unanswered(host, record_type, watch))
        elif future.exception() is None:
            results.append(future.result())
    return results


def finished(lookups: Lookups) -> list[DnsObservation]:
    """Return the finished lookups, without those that raised."""
    return [future.result() for future in lookups if future.done() and future.exception() is None]


def has_records(lookups: Lookups) -> bool:
    """Check whether any finished lookup has an address."""
    return any(lookup.records for lookup in finished(lookups))


def _unanswered(host: str, record_type: RecordType, watch: Stopwatch) -> DnsObservation:
    """Return the observation of a lookup that our resolver hasn't answered."""
    return DnsObservation(
        id=f"dns-{record_type.lower()}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        failure=Failure.RESOLVER_SILENT,
        failure_detail="not waited for: the name servers don't answer",
        name=host,
        record_type=record_type,
    )
