"""Look up the name's HTTPS record, which only browsers use, and test its ECH key and targets."""

from __future__ import annotations

from ipaddress import ip_address

from diagnostics.net.tcp_connect import has_route
from diagnostics.observations.names import HttpsRecordObservation
from diagnostics.options import Address
from diagnostics.plan.resolve import MAX_SERVER_ADDRESSES, find_addresses
from diagnostics.plan.run import Run
from diagnostics.probes.https_record import knows_ech_name, probe_https_record, serves_name
from diagnostics.targets import DEFAULT_PORTS

_HTTPS, _IPV6 = DEFAULT_PORTS["https"], 6


def look_at_https_record(run: Run, addresses: list[Address]) -> None:
    """
    Look up the record, and test whether it leads to the site.

    If it has an ECH key, the site's own addresses are asked whether they know it. Another name in
    it is resolved. At another port, and at addresses that the name itself doesn't have, the site is
    requested if the address policy permits.
    """
    record = probe_https_record(
        run.target.host, resolvers=run.options.resolvers, deadline=run.deadline
    )
    if record.ech_name and run.policy.may_connect(_HTTPS):
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
    if record.other_name:
        find_addresses(run, record.other_name)
    else:
        record = record.model_copy(update={"not_served_at": _not_served_at(run, record, addresses)})
    run.emit(record)


def _not_served_at(
    run: Run, record: HttpsRecordObservation, addresses: list[Address]
) -> tuple[str, ...]:
    """Return the endpoints that only the record names and that don't serve the site."""
    port = record.port or _HTTPS
    hints = [ip_address(hint) for hint in record.hints]
    strange = [hint for hint in hints if hint not in addresses and has_route(hint)]
    places = strange if record.port is None else [*addresses, *strange]
    if not run.policy.may_connect(port):
        return ()
    tries = [
        (
            address,
            run.spawn(
                serves_name,
                address,
                port,
                host=run.target.host,
                ca_file=run.options.ca_file,
                deadline=run.deadline,
            ),
        )
        for address in places[:MAX_SERVER_ADDRESSES]
        if run.policy.refusal(address) is None
    ]
    refused = [address for address, served in tries if run.wait([served]) == [False]]
    return tuple(f"[{a}]:{port}" if a.version == _IPV6 else f"{a}:{port}" for a in refused)
