"""What is measured at a server: an echo and every service, at each address."""

from __future__ import annotations

from diagnostics.observations import TcpObservation
from diagnostics.options import Address
from diagnostics.plan.connect import DEFAULT_PORT, url_of
from diagnostics.plan.follow_up import SecondLooks
from diagnostics.targets import Scheme

MAX_SERVER_ADDRESSES = 2


class ServerPlan(SecondLooks):
    """A server by its services."""

    def _measure_server(self, addresses: list[Address]) -> None:
        addresses = addresses[:MAX_SERVER_ADDRESSES]
        pings = [self._start(self._ping, address) for address in addresses]
        ports = [
            self._start(self._try_service, address, name, port)
            for address in addresses
            for name, port in self._services().items()
        ]
        paths = [self._start(self._watch_path, address) for address in addresses]
        self._wait(ports)
        self._nothing_else_to_do.set()
        self._wait([*pings, *paths])

    def _services(self) -> dict[str, int]:
        services = dict(self.options.service_ports)
        if self.target.port is not None and self.target.port not in services.values():
            services[f"port-{self.target.port}"] = self.target.port
        return services

    def _try_service(self, address: Address, name: str, port: int) -> TcpObservation | None:
        observation = self._connect(address, port, self.target.host, service=name)
        is_web = name in DEFAULT_PORT
        if self.kind == "server" and is_web and observation and observation.failure is None:
            self._see_who_opens(address, "https" if name == "https" else "http", port)
        return observation

    def _see_who_opens(self, address: Address, scheme: Scheme, port: int) -> None:
        """Ask once by address and once by name: does anything at all answer in HTTP?"""
        if not self._is_first(f"who-opens@{address}"):
            return
        asked = [self._start(self._get_by_address, address, scheme, port)]
        if self.target.kind == "domain":
            url = url_of(scheme, self.target.host, port, "/")
            asked.append(self._start(self._get, address, url, f"name@{address}", 1, "name"))
        self._wait(asked)
