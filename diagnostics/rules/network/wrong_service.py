"""The rule about a port at which a service of another protocol answers."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import Observation, TcpObservation
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, host_with_port, ids
from diagnostics.rules.network.banners import protocol_of
from diagnostics.service_banners import banner_state


@concludes("tcp.wrong_service")
def another_protocol_answers(evidence: Evidence) -> Iterator[Finding]:
    """
    The first bytes are the greeting of another protocol than clients expect at this port.

    SSH names itself (RFC 4253, section 4.2); FTP and mail begin with a reply code (RFC 959, section
    4.2; RFC 5321, section 4.2). A silent server may wait for TLS, as an FTP server with implicit
    TLS does (RFC 4217, appendix A: deprecated, on port 990).
    """
    ports = dict.fromkeys([*(way.port for way in evidence.ways), *_named_ports(evidence)])
    for port in ports:
        at_port = [o for o in evidence.observations if getattr(o, "port", None) == port]
        answers: list[tuple[Observation, str]] = [
            (o, name)
            for o in at_port
            if (name := protocol_of(str(getattr(o, "first_bytes", None) or "")))
        ]
        answers += [
            (o, name)
            for o in evidence.contacts
            if o.port == port and (name := _foreign_protocol(o)) is not None
        ]
        if answers:
            observations = tuple(o for o, _ in answers)
            subject = host_with_port(evidence.target.host_display, port)
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
                greeting=_greeting_text(answers[0][0]),
            )


def _greeting_text(observation: Observation) -> str:
    text = getattr(observation, "greeting", None) or getattr(observation, "first_bytes", None)
    return str(text or "")


def _named_ports(evidence: Evidence) -> list[int]:
    return [c.port for c in evidence.contacts if c.service is not None]


def _service_at(evidence: Evidence, port: int) -> str:
    return next((c.service or "" for c in evidence.contacts if c.port == port), "")


def _foreign_protocol(contact: TcpObservation) -> str | None:
    """Return the wrong protocol that answers, "" if it is unknown; None if the right one does."""
    greeting, service = contact.greeting or "", contact.service or ""
    if contact.begins_with_tls and service in {"ssh", "ftp"}:
        return "TLS"
    if service not in {"ssh", "ftp"} or not greeting:
        return None
    name = protocol_of(greeting)
    if banner_state(service, greeting) == "foreign":
        return name or ""
    # SMTP and FTP greetings begin with the same code; an SMTP server names itself.
    return name if service == "ftp" and name not in {None, "FTP"} else None
