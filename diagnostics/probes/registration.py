"""
The registration probe: ask a domain's registry by RDAP if the operator names a server, else WHOIS.

Many country-code registries (such as .ru, .рф and .su) have WHOIS only. The caller resolves the
server's name and checks its address against the address policy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from diagnostics.failures import Failure
from diagnostics.net.connection_errors import BrokenError, Silence
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.documents import fetch_document
from diagnostics.net.tcp_connect import tcp_connect
from diagnostics.net.trust_roots import verifying_context
from diagnostics.observations import RegistrationObservation
from diagnostics.options import Address
from diagnostics.targets import port_of
from diagnostics.texts import escape_hidden

REGISTRY_S = 4.0
WHOIS_PORT = 43
_MAX_BYTES = 256 * 1024
_MAX_STATUSES = 12
_MAX_LINE = 500
_ABSENT = re.compile(
    r"^(?:no entries found|no match for|not found|no data found|domain not found|"
    r"no object found|nothing found)",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(r"([A-Za-z][A-Za-z /-]{1,40}?)[. ]*:(.*)")
_ENDS = ("paid-till", "registry expiry date", "expiration date", "expiry date", "expires on")
_STATUS = ("state", "domain status", "status")
_SERVER = ("nserver", "name server", "nameservers")
_HOLD = ("clienthold", "serverhold")
_EXPIRED = ("redemptionperiod", "pendingdelete", "expired")

RegistrationState = Literal["registered", "expired", "hold", "not_delegated", "absent"]


@dataclass(frozen=True)
class Registry:
    """A registry's server: `server` is a base URL for RDAP, "host" or "host:port" for WHOIS."""

    source: Literal["rdap", "whois"]
    server: str

    @property
    def host(self) -> str:
        """The name to resolve."""
        if self.source == "rdap":
            return urlsplit(self.server).hostname or ""
        return self._whois_place[0]

    @property
    def port(self) -> int:
        """The port to connect to."""
        if self.source == "rdap":
            return port_of(self.server)
        return int(self._whois_place[1] or WHOIS_PORT)

    @property
    def _whois_place(self) -> tuple[str, str]:
        """Host and port, "" for none; an IPv6 address without brackets has colons of its own."""
        if self.server.startswith("["):
            host, _, rest = self.server[1:].partition("]")
            return host, rest.removeprefix(":")
        if self.server.count(":") == 1:
            host, _, port = self.server.partition(":")
            return host, port
        return self.server, ""

    def url_for(self, domain: str) -> str:
        """Return the URL of a domain object (RFC 9082, section 3.1.3)."""
        parts = urlsplit(self.server)
        return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/domain/{domain}"


def registries_for(
    domain: str, rdap_servers: Mapping[str, str], whois_servers: Mapping[str, str]
) -> Iterator[Registry]:
    """Return the registries of a domain, RDAP first; () if the operator names none."""
    ending = domain.rpartition(".")[2]
    if ending in rdap_servers:
        yield Registry("rdap", rdap_servers[ending])
    if ending in whois_servers:
        yield Registry("whois", whois_servers[ending])


def probe_registration(  # noqa: PLR0913 - what a question to a registry needs
    domain: str,
    registry: Registry,
    address: Address,
    *,
    ca_file: Path | None,
    user_agent: str,
    deadline: Deadline,
) -> RegistrationObservation:
    """Ask a registry about a domain, at an address that the caller has checked."""
    watch = Stopwatch()
    deadline = deadline.within(REGISTRY_S)
    facts: dict[str, Any]
    try:
        if registry.source == "rdap":
            status, body = fetch_document(
                address,
                registry.url_for(domain),
                accept="application/rdap+json",
                user_agent=user_agent,
                deadline=deadline,
                cap_bytes=_MAX_BYTES,
                tls_context=partial(verifying_context, ca_file),
            )
            facts = _rdap_facts(status, body, watch.started_at)
        else:
            text = _ask_whois(domain, registry, address, deadline)
            facts = read_whois(text, watch.started_at)
    except Silence:
        facts = {"failure": Failure.UNKNOWN, "failure_detail": "the registry is too slow"}
    # RecursionError: JSON may be nested as deep as its size allows.
    except (BrokenError, ValueError, RecursionError) as error:
        facts = {"failure": Failure.UNKNOWN, "failure_detail": escape_hidden(str(error))}
    return RegistrationObservation(
        id=f"registration-{registry.source}#{domain}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        domain=domain,
        source=registry.source,
        server=registry.host,
        **facts,
    )


def _rdap_facts(status: int, body: bytes, now: datetime) -> dict[str, Any]:
    """Return the fields of an RDAP answer (RFC 7480, section 5); redirects aren't followed."""
    if status == HTTPStatus.NOT_FOUND:
        return {"state": "absent"}
    if status != HTTPStatus.OK:
        return {"failure": Failure.UNKNOWN, "failure_detail": f"HTTP {status}"}
    return read_rdap(json.loads(body), now)


def _ask_whois(domain: str, registry: Registry, address: Address, deadline: Deadline) -> str:
    """Send the query line, and return the text until the connection ends (RFC 3912)."""
    stream = tcp_connect(address, registry.port, deadline)
    stream.cap_bytes = _MAX_BYTES
    received = bytearray()
    try:
        stream.send(f"{domain}\r\n".encode("ascii"))
        while data := stream.receive():
            # WHOIS has no length and no end mark, so the end is when the server closes.
            received += data
    except EOFError:
        pass  # so much is no answer, but its beginning may be one
    finally:
        stream.hang_up()
    return received.decode("utf-8", "replace")


def read_rdap(document: Any, now: datetime) -> dict[str, Any]:  # noqa: ANN401 - somebody else's JSON
    """
    Return the fields of an RDAP domain object (RFC 9083, section 5.3), without malformed parts.

    Raises:
        ValueError: the document isn't a JSON object.

    """
    if not isinstance(document, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - bad text, not a programmer's mistake
    events = [event for event in _list(document.get("events")) if isinstance(event, dict)]
    ends = next(
        (
            _moment(event.get("eventDate"))
            for event in events
            if event.get("eventAction") == "expiration"
        ),
        None,
    )
    statuses = tuple(escape_hidden(str(status), 60) for status in _list(document.get("status")))[
        :_MAX_STATUSES
    ]
    servers = document.get("nameservers")
    has_servers = None if servers is None else bool(_list(servers))
    return {
        "state": _state(statuses, ends, now, has_servers=has_servers),
        "statuses": statuses,
        "expires_at": ends,
        "registrar": _registrar(document),
    }


def _registrar(document: Mapping[str, Any]) -> str:
    for entity in _list(document.get("entities")):
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
    """Return the fields of a WHOIS answer that most registries have; no standard defines them."""
    if _ABSENT.search(text):
        return {"state": "absent"}
    fields = _whois_fields(text)
    # Without either, it isn't an answer about the domain, but a rate limit or a refusal.
    if not any(name in fields for name in (*_ENDS, *_STATUS)):
        return {"failure": Failure.UNKNOWN, "failure_detail": escape_hidden(text[:80])}
    values = [value for name in _STATUS for value in fields.get(name, [])]
    statuses = tuple(
        escape_hidden(word.strip().split("  ")[0].split(" http")[0], 60)
        for value in values
        for word in value.split(",")
    )[:_MAX_STATUSES]
    ends = next((_moment(fields[name][0]) for name in _ENDS if name in fields), None)
    # WHOIS may leave name servers out, so their absence proves nothing, unlike RDAP's empty list.
    has_servers = any(name in fields for name in _SERVER) or None
    return {
        "state": _state(statuses, ends, now, has_servers=has_servers),
        "statuses": statuses,
        "expires_at": ends,
        "registrar": escape_hidden(next(iter(fields.get("registrar", [])), ""), 80),
    }


def _whois_fields(text: str) -> dict[str, list[str]]:
    """
    Parse "name: value" lines; if the value is missing, the next line may be it (Nominet).

    It reads line by line, so that any other answer takes linear time too.
    """
    fields: dict[str, list[str]] = {}
    open_field: list[str] | None = None
    for line in text.splitlines():
        stripped = line.strip()[:_MAX_LINE]
        if not stripped:
            continue
        if match := _FIELD.fullmatch(stripped):
            values = fields.setdefault(match[1].strip().lower(), [])
            value = match[2].strip()
            if value:
                values.append(value)
            open_field = None if value else values
        elif open_field is not None:
            open_field.append(stripped)
            open_field = None
    return {name: values for name, values in fields.items() if values}


def _state(
    statuses: tuple[str, ...], ends: datetime | None, now: datetime, *, has_servers: bool | None
) -> RegistrationState:
    """
    Return the state of the domain from the registry's statuses.

    RFC 8056 maps EPP's statuses (RFC 5731, section 2.3) to RDAP's; .ru has its own.
    """
    words = {re.sub(r"[^a-z]", "", status.lower()) for status in statuses}
    if (ends is not None and ends < now) or words & set(_EXPIRED):
        return "expired"
    if words & set(_HOLD):
        return "hold"
    if "notdelegated" in words:
        # TCI (.ru, .рф) writes "REGISTERED, NOT DELEGATED, UNVERIFIED" if owners haven't confirmed
        # their identity.
        return "hold" if words & {"unverified", "notverified"} else "not_delegated"
    if "inactive" in words or has_servers is False:
        return "not_delegated"
    return "registered"


def _moment(text: object) -> datetime | None:
    """Parse a time in ISO 8601; some registries use dots instead of dashes. None if invalid."""
    written = re.sub(r"^(\d{4})\.(\d{2})\.(\d{2})", r"\1-\2-\3", str(text).strip())
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
