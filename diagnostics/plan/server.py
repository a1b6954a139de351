"""Measure a server: each service at each address."""

from __future__ import annotations

from diagnostics.options import Address
from diagnostics.plan.connect import try_port
from diagnostics.plan.pages import PageRequest, get, request_by_address
from diagnostics.plan.run import Run
from diagnostics.targets import DEFAULT_PORTS, Scheme, url_of


def measure_server(run: Run, addresses: list[Address]) -> None:
    """Try every service of a server."""
    run.wait(
        [
            run.spawn(_try_service, run, address, name, port)
            for address in addresses
            for name, port in _services(run).items()
        ]
    )


def _services(run: Run) -> dict[str, int]:
    services = dict(run.options.service_ports)
    if run.target.port is not None and run.target.port not in services.values():
        services[f"port-{run.target.port}"] = run.target.port
    return services


def _try_service(run: Run, address: Address, name: str, port: int) -> None:
    contact = try_port(run, address, port, service=name)
    if name in DEFAULT_PORTS and contact is not None and contact.failure is None:
        _request_once(run, address, "https" if name == "https" else "http", port)


def _request_once(run: Run, address: Address, scheme: Scheme, port: int) -> None:
    """Request once by address and once by name, to see whether anything answers in HTTP."""
    # One web port of an address is enough: this only shows whether a program answers.
    if not run.once(f"http@{address}"):
        return
    requests = [request_by_address(address, scheme, port)]
    if run.target.kind == "domain":
        url = url_of(scheme, run.target.host, port, "/")
        requests.append(PageRequest(address, url, f"name@{address}", "name"))
    run.wait([run.spawn(get, run, request) for request in requests])
