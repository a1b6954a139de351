"""Rules about the first line of SSH and FTP servers: busy, turning us away, broken, or late."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, Severity, make_finding
from diagnostics.observations import TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids, place
from diagnostics.service_banners import (
    SLOW_GREETING_S,
    BannerState,
    banner_state,
    is_about_one_address,
)

_SERVICES = ("ssh", "ftp")
_TITLES = {"ssh": "SSH", "ftp": "FTP"}


def state_of(contact: TcpObservation) -> BannerState | None:
    """Read the greeting of an SSH or FTP port; None where none was waited for."""
    if contact.service not in _SERVICES or contact.failure is not None:
        return None
    return None if contact.greeting is None else banner_state(contact.service, contact.greeting)


def is_turned_away(contact: TcpObservation) -> bool:
    """Whether a service greets and serves nobody now, or not us."""
    return state_of(contact) in {"busy", "penalised", "refused", "broken"}


def is_mute(contact: TcpObservation) -> bool:
    """Whether a service was waited for and didn't say that it is ready."""
    return state_of(contact) == "silent" or is_turned_away(contact)


@concludes("tcp.greeting_refused", "tcp.reset")
def service_turns_visitors_away(evidence: Evidence) -> Iterator[Finding]:
    """
    An SSH or FTP server greets with a refusal (RFC 4253, section 4.2; RFC 959, section 5.4).

    That it is full passes, and may concern our own address alone, so it never is critical.
    OpenSSH drops a connection that comes while too many log-ins are half open (MaxStartups).
    """
    for port in dict.fromkeys(contact.port for contact in evidence.contacts):
        here = [c for c in evidence.contacts if c.port == port and is_turned_away(c)]
        if not here:
            continue
        contact = here[0]
        code, variant, severity = _conclusion(evidence, contact)
        yield make_finding(
            code,
            place(evidence.target.host_display, port),
            ids(here),
            severity=severity,
            variant=variant,
            port=port,
            addresses=", ".join(contact.address for contact in here),
            greeting=contact.greeting or "",
            service=_TITLES[contact.service or "ftp"],
        )


def _conclusion(evidence: Evidence, contact: TcpObservation) -> tuple[str, str, Severity]:
    """Return the code, the variant of its words, and the severity."""
    state, is_named = state_of(contact), evidence.kind != "server"
    if contact.service == "ssh":
        # Seen once, it tells nothing of the next attempt: OpenSSH drops some of them by lot.
        is_full = state == "busy"
        return (
            ("tcp.reset", "ssh-full", "warning")
            if is_full
            else ("tcp.greeting_refused", "penalised", "info")
        )
    if state == "busy":
        is_ours = is_about_one_address(contact.greeting or "")
        # Who asks about a server has many services in view, and a full FTP server works.
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
    The greeting comes after seconds, and clients wait for it at least as long as we do.

    Most often the server looks up the name or the ident of its visitor first (RFC 1413).
    """
    for contact in evidence.contacts:
        yield from slow_greeting(evidence.target.host_display, contact)


def slow_greeting(host: str, contact: TcpObservation) -> Iterator[Finding]:
    """Say how late a greeting came, where it was late."""
    if contact.greeting and (contact.greeting_s or 0) >= SLOW_GREETING_S:
        yield make_finding(
            "tcp.greeting_slow",
            place(host, contact.port),
            ids([contact]),
            port=contact.port,
            seconds=round(contact.greeting_s or 0),
        )
