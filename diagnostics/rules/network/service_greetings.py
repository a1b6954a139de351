"""Rules about the greeting of SSH, FTP and MySQL servers: busy, refusing, broken, or late."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.observations import TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.service_banners import (
    DATABASES,
    SLOW_GREETING_S,
    BannerState,
    banner_state,
    is_about_one_address,
)

_SERVICES = ("ssh", "ftp", *DATABASES)
_TITLES = {"ssh": "SSH", "ftp": "FTP", "mysql": "MySQL", "mariadb": "MariaDB"}


def state_of(contact: TcpObservation) -> BannerState | None:
    """Return the state of an SSH, FTP or MySQL service; None if no greeting was waited for."""
    if contact.service not in _SERVICES or contact.failure is not None:
        return None
    return None if contact.greeting is None else banner_state(contact.service, contact.greeting)


def is_turned_away(contact: TcpObservation) -> bool:
    """Check whether a service greets with a refusal, for everybody or for us."""
    return state_of(contact) in {"busy", "penalised", "refused", "broken"}


def is_mute(contact: TcpObservation) -> bool:
    """Check whether a service's greeting never came, or is a refusal."""
    return state_of(contact) == "silent" or is_turned_away(contact)


@concludes("tcp.greeting_refused", "tcp.reset")
def service_turns_visitors_away(evidence: Evidence) -> Iterator[Finding]:
    """
    An SSH, FTP or MySQL server greets with a refusal (RFC 4253, section 4.2; RFC 959, section 5.4).

    A full server is never critical: that passes, and may concern our own address alone. OpenSSH
    drops connections while too many log-ins are unfinished (MaxStartups). MySQL sends error 1040 to
    everybody, also to the site; 1129 to one address from which connections broke off.
    """
    for port in dict.fromkeys(contact.port for contact in evidence.contacts):
        refusing = [c for c in evidence.contacts if c.port == port and is_turned_away(c)]
        if not refusing:
            continue
        contact = refusing[0]
        code, variant, severity = _conclusion(evidence, contact)
        yield make_finding(
            code,
            host_with_port(evidence.target.host_display, port),
            ids(refusing),
            severity=severity,
            variant=variant,
            port=port,
            addresses=", ".join(contact.address for contact in refusing),
            greeting=contact.greeting or "",
            service=_TITLES[contact.service or "ftp"],
        )


def _conclusion(evidence: Evidence, contact: TcpObservation) -> tuple[str, str, Severity]:
    """Return the code, its variant, and the severity."""
    state, is_named = state_of(contact), evidence.kind != "server"
    if contact.service == "ssh":
        # The next attempt may succeed: OpenSSH drops a random part of the connections.
        is_full = state == "busy"
        return (
            ("tcp.reset", "ssh-full", "warning")
            if is_full
            else ("tcp.greeting_refused", "penalised", "info")
        )
    if contact.service in DATABASES:
        is_full = state == "busy"
        variant = "database_full" if is_full else "database_blocks"
        return "tcp.greeting_refused", variant, "warning" if is_full else "info"
    if state == "busy":
        is_ours = is_about_one_address(contact.greeting or "")
        # For a server as a whole, a full FTP service is not a fault: it works.
        return (
            "tcp.greeting_refused",
            "busy",
            "warning" if is_named and not is_ours else "info",
        )
    variant = "broken" if state == "broken" else ""
    return "tcp.greeting_refused", variant, "critical" if is_named else "warning"


@concludes("tcp.greeting_slow")
def service_greets_late(evidence: Evidence) -> Iterator[Finding]:
    """
    The greeting takes longer than any intended delay; clients wait for it as well.

    Usually the server first looks up the visitor's name or ident (RFC 1413).
    """
    for contact in evidence.contacts:
        yield from slow_greeting(evidence.target.host_display, contact)


def slow_greeting(host: str, contact: TcpObservation) -> Iterator[Finding]:
    """Yield a finding if a greeting was late."""
    if contact.greeting and (contact.greeting_s or 0) >= SLOW_GREETING_S:
        yield make_finding(
            "tcp.greeting_slow",
            host_with_port(host, contact.port),
            ids([contact]),
            port=contact.port,
            seconds=round(contact.greeting_s or 0),
        )
