"""
What the registry says of a domain: RDAP where the operator names a server, else WHOIS.

Many registries of country codes (.ru, .рф, .su among them) speak WHOIS only. The addresses are
found and judged by the caller: here is dialled what was given.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.observations import RegistrationObservation
from diagnostics.options import Address
from diagnostics.texts import escape_hidden

REGISTRY_S = 4.0
WHOIS_PORT = 43
_MAX_BYTES = 256 * 1024
_MAX_STATUSES = 12
_OK, _NOT_FOUND = 200, 404
_ABSENT = re.compile(
    r"^(?:no entries found|no match for|not found|no data found|domain not found|"
    r"no object found|nothing found)",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(r"^\s*([A-Za-z][A-Za-z /-]{1,40}?)[. ]*:\s*(\S.*?)\s*$", re.MULTILINE)
_ENDS = ("paid-till", "registry expiry date", "expiration date", "expiry date", "expires on")
_STATUS = ("state", "domain status", "status")
_SERVER = ("nserver", "name server", "nameservers")
_HOLD = ("clienthold", "serverhold")
_EXPIRED = ("redemptionperiod", "pendingdelete", "expired")

State = Literal["registered", "expired", "hold", "not_delegated", "absent"]


@dataclass(frozen=True)
class Registry:
    """A server to ask: `url` for RDAP, "host" or "host:port" for WHOIS."""

    source: Literal["rdap", "whois"]
    place: str

    @property
    def host(self) -> str:
        """The name to resolve and judge."""
        if self.source == "rdap":
            return urlsplit(self.place).hostname or ""
        return self.place.rpartition(":")[0] if ":" in self.place else self.place

    @property
    def port(self) -> int:
        """The port to dial."""
        if self.source == "rdap":
            parts = urlsplit(self.place)
            return parts.port or (443 if parts.scheme == "https" else 80)
        return int(self.place.rpartition(":")[2]) if ":" in self.place else WHOIS_PORT


def registry_of(
    domain: str, rdap_servers: Mapping[str, str], whois_servers: Mapping[str, str]
) -> Iterator[Registry]:
    """Who may be asked about a domain, RDAP first; nobody where the operator names nobody."""
    ending = domain.rpartition(".")[2]
    if ending in rdap_servers:
        yield Registry("rdap", rdap_servers[ending])
    if ending in whois_servers:
        yield Registry("whois", whois_servers[ending])


def probe_registration(
    domain: str, registry: Registry, address: Address, *, deadline: Deadline
) -> RegistrationObservation:
    """Ask one registry about one domain."""
    watch = Stopwatch()
    deadline = deadline.within(REGISTRY_S)
    facts: dict[str, Any]
    try:
        if registry.source == "rdap":
            facts = _ask_rdap(domain, registry, address, deadline, watch.started_at)
        else:
            text = _ask_whois(domain, registry, address, deadline)
            facts = read_whois(text, watch.started_at)
    except (OSError, ValueError, http.client.HTTPException) as error:
        facts = {"failure": Failure.UNKNOWN, "failure_detail": escape_hidden(repr(error))}
    return RegistrationObservation(
        id=f"registration-{registry.source}#{domain}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        domain=domain,
        source=registry.source,
        server=registry.host,
        **facts,
    )


def _ask_rdap(
    domain: str, registry: Registry, address: Address, deadline: Deadline, now: datetime
) -> dict[str, Any]:
    """One request to the address that was judged (RFC 7480); a redirect is not followed."""
    parts = urlsplit(registry.place)
    with contextlib.closing(_connect(registry, address, deadline)) as sock:
        wire: socket.socket = sock
        if parts.scheme == "https":
            wire = ssl.create_default_context().wrap_socket(sock, server_hostname=registry.host)
        connection = http.client.HTTPConnection(registry.host, registry.port)
        connection.sock = wire
        headers = {"Accept": "application/rdap+json", "Connection": "close"}
        connection.request("GET", f"{parts.path.rstrip('/')}/domain/{domain}", headers=headers)
        answer = connection.getresponse()
        body = _read_all(answer, wire, deadline)
    if answer.status == _NOT_FOUND:
        return {"state": "absent"}
    if answer.status != _OK:
        return {"failure": Failure.UNKNOWN, "failure_detail": f"HTTP {answer.status}"}
    return read_rdap(json.loads(body), now)


def _connect(registry: Registry, address: Address, deadline: Deadline) -> socket.socket:
    return socket.create_connection(
        (str(address), registry.port), timeout=max(0.05, deadline.left_s)
    )


def _read_all(answer: http.client.HTTPResponse, wire: socket.socket, deadline: Deadline) -> bytes:
    parts: list[bytes] = []
    while len(part := _read_part(answer, wire, deadline)) and sum(map(len, parts)) < _MAX_BYTES:
        parts.append(part)
    return b"".join(parts)


def _read_part(answer: http.client.HTTPResponse, wire: socket.socket, deadline: Deadline) -> bytes:
    if deadline.left_s <= 0:
        raise TimeoutError("the registry is too slow")
    wire.settimeout(deadline.left_s)
    return answer.read1(16384)


def _ask_whois(domain: str, registry: Registry, address: Address, deadline: Deadline) -> str:
    """One line there, text back until the end (RFC 3912)."""
    parts: list[bytes] = []
    with contextlib.closing(_connect(registry, address, deadline)) as sock:
        sock.sendall(f"{domain}\r\n".encode("ascii"))
        while sum(map(len, parts)) < _MAX_BYTES:
            if deadline.left_s <= 0:
                raise TimeoutError("the registry is too slow")
            sock.settimeout(deadline.left_s)
            part = sock.recv(16384)
            if not part:
                break
            parts.append(part)
    return b"".join(parts).decode("utf-8", "replace")


def read_rdap(told: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 - somebody else's JSON
    """Read a domain object (RFC 9083, section 5.3); what has another form is left out."""
    if not isinstance(told, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - bad text, not a programmer's mistake
    events = [one for one in _list(told.get("events")) if isinstance(one, dict)]
    ends = next(
        (_moment(one.get("eventDate")) for one in events if one.get("eventAction") == "expiration"),
        None,
    )
    statuses = tuple(escape_hidden(str(one), 60) for one in _list(told.get("status")))[
        :_MAX_STATUSES
    ]
    servers = told.get("nameservers")
    has_servers = None if servers is None else bool(_list(servers))
    return {
        "state": _state(statuses, ends, now, has_servers=has_servers),
        "statuses": statuses,
        "expires_at": ends,
        "registrar": _registrar(told),
    }


def _registrar(told: Mapping[str, Any]) -> str:
    for entity in _list(told.get("entities")):
        if not isinstance(entity, dict) or "registrar" not in _list(entity.get("roles")):
            continue
        card = _list(entity.get("vcardArray"))
        for row in _list(card[1]) if len(card) > 1 else []:
            parts = _list(row)
            if len(parts) > 3 and parts[0] == "fn":  # noqa: PLR2004 - name, parameters, type, value
                return escape_hidden(str(parts[3]), 80)
    return ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def read_whois(text: str, now: datetime) -> dict[str, Any]:
    """Read the fields that registries agree on, more or less; no standard names them."""
    if _ABSENT.search(text):
        return {"state": "absent"}
    fields: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(text):
        fields.setdefault(name.strip().lower(), []).append(value)
    if not any(name in fields for name in (*_ENDS, *_STATUS)):
        return {"failure": Failure.UNKNOWN, "failure_detail": escape_hidden(text[:80])}
    said = [value for name in _STATUS for value in fields.get(name, [])]
    statuses = tuple(
        escape_hidden(word.strip().split("  ")[0].split(" http")[0], 60)
        for value in said
        for word in value.split(",")
    )[:_MAX_STATUSES]
    ends = next((_moment(fields[name][0]) for name in _ENDS if name in fields), None)
    has_servers = any(name in fields for name in _SERVER) or None
    return {
        "state": _state(statuses, ends, now, has_servers=has_servers),
        "statuses": statuses,
        "expires_at": ends,
        "registrar": escape_hidden(next(iter(fields.get("registrar", [])), ""), 80),
    }


def _state(
    statuses: tuple[str, ...], ends: datetime | None, now: datetime, *, has_servers: bool | None
) -> State:
    """
    Reduce the registry's words to what matters for the name.

    RFC 8056 maps EPP's statuses (RFC 5731, section 2.3) to RDAP's; .ru says its own.
    """
    words = {re.sub(r"[^a-z]", "", one.lower()) for one in statuses}
    if (ends is not None and ends < now) or words & set(_EXPIRED):
        return "expired"
    if words & set(_HOLD):
        return "hold"
    if "notdelegated" in words:
        return "hold" if words & {"unverified", "notverified"} else "not_delegated"
    if "inactive" in words or has_servers is False:
        return "not_delegated"
    return "registered"


def _moment(text: object) -> datetime | None:
    """Read ISO 8601, with dots for dashes too (some registries)."""
    written = re.sub(r"^(\d{4})\.(\d{2})\.(\d{2})", r"\1-\2-\3", str(text).strip())
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
