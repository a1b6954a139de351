"""
VMmanager 6: whether a signed-in customer's virtual server is switched off.

Only servers that the panel's link names as the customer's are looked up, so that nobody learns
about another's. The API returns a machine's state, not its screen: for a running machine the
customer is still asked, since it may hang.

Source:
    docs.ispsystem.com, VMmanager 6, "API guide"; the fields of `/vm/v3/host` as the vendor's own
    module for WHMCS reads them.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import requests
import structlog

from intake.accounts.panel_link import PanelService, PanelVisit
from intake.vantages.bounded_body import BodyError, read_body

LIMIT_S: Final = 2.0
_KEPT_S: Final = 60.0
_MAX_ANSWER_BYTES: Final = 20_000_000  # some thousand machines
_OFF: Final = "stopped"

log = structlog.get_logger(__name__)


class VmManager:
    """The platform at `url`, queried with a permanent token; thread-safe."""

    def __init__(self, url: str, token: str, *, limit_s: float = LIMIT_S) -> None:
        self._url, self._token, self._limit_s = url.rstrip("/"), token, limit_s
        self._lock = threading.Lock()
        self._asked_at, self._states = -_KEPT_S, dict[str, str]()

    def complete(self, visit: PanelVisit) -> PanelVisit:
        """Return the visit with switched-off servers marked; data of its link has precedence."""
        services = visit.services or ()
        if not any(service.addresses and service.console is None for service in services):
            return visit
        states = self._read()
        marked = tuple(_with_power_state(service, states) for service in services)
        return visit.model_copy(update={"services": marked})

    def _read(self) -> Mapping[str, str]:
        """Return the state of every machine by address, cached for a minute, also on failure."""
        with self._lock:  # parallel callers wait for the same answer, two seconds at most
            if time.monotonic() - self._asked_at >= _KEPT_S:
                self._states = self._ask()
                self._asked_at = time.monotonic()
            return self._states

    def _ask(self) -> dict[str, str]:
        ends_at = time.monotonic() + self._limit_s
        try:
            with requests.Session() as session:
                # Ignore .netrc and proxies of the environment.
                session.trust_env = False
                with session.get(
                    f"{self._url}/vm/v3/host",
                    headers={"x-xsrf-token": self._token, "Accept": "application/json"},
                    timeout=self._limit_s,
                    allow_redirects=False,
                    stream=True,
                ) as response:
                    if response.status_code != HTTPStatus.OK:
                        log.warning("vmmanager gave no answer", why=f"{response.status_code}")
                        return {}
                    body = read_body(response, limit_bytes=_MAX_ANSWER_BYTES, ends_at=ends_at)
            return _states_in(json.loads(body))
        except (requests.RequestException, BodyError, OSError, ValueError, RecursionError) as error:
            log.warning("vmmanager gave no answer", why=type(error).__name__)
            return {}


def _with_power_state(service: PanelService, states: Mapping[str, str]) -> PanelService:
    is_off = any(states.get(address) == _OFF for address in service.addresses)
    if not is_off or service.console is not None:
        return service
    return service.model_copy(update={"console": "off"})


def _states_in(answer: Any) -> dict[str, str]:  # noqa: ANN401  JSON
    machines = answer.get("list") if isinstance(answer, dict) else None
    states: dict[str, str] = {}
    for machine in machines if isinstance(machines, list) else ():
        if not isinstance(machine, dict):
            continue
        for family in ("ip4", "ip6"):
            addresses = machine.get(family)
            for entry in addresses if isinstance(addresses, list) else ():
                if isinstance(entry, dict) and isinstance(entry.get("ip"), str):
                    states[entry["ip"]] = str(machine.get("state", ""))
    return states
