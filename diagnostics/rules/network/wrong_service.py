"""The rule about a program that answers where another belongs."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import Observation, TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids, place
from diagnostics.rules.network.banners import protocol_of
from diagnostics.service_banners import banner_state


@concludes("tcp.wrong_service")
def another_protocol_answers(evidence: Evidence) -> Iterator[Finding]:
    """
    The first bytes are another program's greeting, where a client expects its own.

    SSH names itself (RFC 4253, section 4.2); FTP and mail begin with a reply code (RFC 959,
    section 4.2; RFC 5321, section 4.2). One that says nothing may wait for TLS, as FTP servers do
    that are set to implicit TLS (RFC 4217, appendix A: deprecated, on port 990).
    """
    ports = dict.fromkeys([*(way.port for way in evidence.ways), *_named_ports(evidence)])
    for port in ports:
        seen = [o for o in evidence.observations if getattr(o, "port", None) == port]
        answers: list[tuple[Observation, str]] = [
            (o, name)
            for o in seen
            if (name := protocol_of(str(getattr(o, "first_bytes", None) or "")))
        ]
        answers += [
            (o, name)
            for o in evidence.contacts
            if o.port == port and (name := _foreign_protocol(o)) is not None
        ]
        if answers:
            observations = tuple(o for o, _ in answers)
            subject = place(evidence.target.host_display, port)
            expected = {"ssh": "SSH", "ftp": "FTP"}.get(_service_at(evidence, port), "HTTP")
            name = answers[0][1]
            contact = answers[0][0]
            waits = isinstance(contact, TcpObservation) and contact.begins_with_tls
            words = "" if name else "unknown"
            yield make_finding(
                "tcp.wrong_service",
                subject,
                ids(observations),
                parameters={"protocol": name, "expected": expected},
                variant="ftp_tls" if waits and expected == "FTP" else words,
                greeting=_first_words(answers[0][0]),
            )


def _first_words(observation: Observation) -> str:
    """Return what was answered, as text."""
    words = getattr(observation, "greeting", None) or getattr(observation, "first_bytes", None)
    return str(words or "")


def _named_ports(evidence: Evidence) -> list[int]:
    return [c.port for c in evidence.contacts if c.service is not None]


def _service_at(evidence: Evidence, port: int) -> str:
    return next((c.service or "" for c in evidence.contacts if c.port == port), "")


def _foreign_protocol(contact: TcpObservation) -> str | None:
    """Name the protocol that answers where another should, "" where nobody knows it."""
    greeting, service = contact.greeting or "", contact.service or ""
    if contact.begins_with_tls and service in {"ssh", "ftp"}:
        return "TLS"
    if service not in {"ssh", "ftp"} or not greeting:
        return None
    name = protocol_of(greeting)
    if banner_state(service, greeting) == "foreign":
        return name or ""
    # A mail server begins with the same code as an FTP server, and names itself.
    return name if service == "ftp" and name not in {None, "FTP"} else None
