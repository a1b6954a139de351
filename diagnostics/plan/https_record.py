"""The name's HTTPS record, which only browsers ask for, and the key for encrypted names in it."""

from __future__ import annotations

from diagnostics.options import Address
from diagnostics.plan.resolve import MAX_SERVER_ADDRESSES
from diagnostics.plan.run import Run
from diagnostics.probes.https_record import knows_ech_name, probe_https_record
from diagnostics.targets import DEFAULT_PORTS


def look_at_https_record(run: Run, addresses: list[Address]) -> None:
    """
    Ask for the record; where it has an ECH key, ask the site's own addresses whether they know it.

    Addresses in the record itself are hints, and no one here dials them.
    """
    record = probe_https_record(
        run.target.host, resolvers=run.options.resolvers, deadline=run.deadline
    )
    if record.ech_name and run.policy.may_connect(DEFAULT_PORTS["https"]):
        ech_name = record.ech_name
        tries = [
            (
                address,
                run.spawn(
                    knows_ech_name,
                    address,
                    ech_name,
                    ca_file=run.options.ca_file,
                    deadline=run.deadline,
                ),
            )
            for address in addresses[:MAX_SERVER_ADDRESSES]
        ]
        refused = [str(address) for address, known in tries if run.wait([known]) == [False]]
        record = record.model_copy(update={"ech_refused_at": tuple(refused)})
    run.emit(record)
