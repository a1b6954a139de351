"""
Look up SRV records for mail programs (RFC 6186), and records at a doubled name.

Lookups are made only if there may be an answer: of services if anything exists below `_tcp`, of
doubled names if the record itself is missing.
"""

from __future__ import annotations

from diagnostics.failures import Failure
from diagnostics.plan.resolve import find_addresses
from diagnostics.plan.run import Run
from diagnostics.probes.dns import probe_name
from diagnostics.probes.service_record import probe_service_record
from diagnostics.targets import as_address, registered_domain

# RFC 6186, section 3; RFC 8314, section 5.1; Outlook's autodiscover.
_SERVICES = ("_imaps", "_submissions", "_submission", "_autodiscover")
_MAX_TARGETS = 2
_MAX_NAME = 253  # RFC 1035, section 2.3.4


def look_at_services(run: Run) -> None:
    """Look up each service if `_tcp` exists; below a missing name is nothing (RFC 8020)."""
    below = f"_tcp.{run.target.host}"
    resolvers = run.options.resolvers
    parent = probe_service_record(below, resolvers=resolvers, deadline=run.deadline)
    if parent.failure in {None, Failure.DNS_NO_DATA} and not run.is_over:
        run.wait([run.spawn(_look_at_service, run, f"{name}.{below}") for name in _SERVICES])


def _look_at_service(run: Run, name: str) -> None:
    resolvers = run.options.resolvers
    record = probe_service_record(name, resolvers=resolvers, deadline=run.deadline)
    if record.failure is not None:
        return  # most domains name no servers this way
    run.emit(record)
    for target in record.targets[:_MAX_TARGETS]:
        if as_address(target) is None:
            find_addresses(run, target)


def ask_doubled_name(run: Run, name: str, record_type: str) -> None:
    """
    Look up a missing record, once, at the doubled name that a forgotten final dot creates.

    A panel that completes names turns a full one into `_dmarc.shop.example.shop.example`.
    """
    doubled = f"{name}.{registered_domain(name)}"
    if run.is_over or len(doubled) > _MAX_NAME or not run.once(f"doubled#{doubled}{record_type}"):
        return
    resolvers = run.options.resolvers
    seen = probe_name("doubled", doubled, record_type, resolvers=resolvers, deadline=run.deadline)
    run.emit(seen.model_copy(update={"id": f"{seen.id}/{record_type.lower()}"}))
