"""The rule about a program that answers where another belongs."""

from __future__ import annotations

from collections.abc import Iterator

from diagnostics.catalogue import Finding, make_finding
from diagnostics.observations import TcpObservation
from diagnostics.rules.banners import protocol_of
from diagnostics.rules.declaration import concludes
from diagnostics.rules.evidence import Evidence, ids, place


@concludes("tcp.wrong_service")
def another_protocol_answers(evidence: Evidence) -> Iterator[Finding]:
    """
    The first bytes are another program's greeting, where a client expects its own.

    SSH names itself (RFC 4253, section 4.2); FTP and mail begin with a reply code (RFC 959,
    section 4.2; RFC 5321, section 4.2).
    """
    ports = dict.fromkeys([*(way.port for way in evidence.ways), *_named_ports(evidence)])
    for port in ports:
        seen = [o for o in evidence.observations if getattr(o, "port", None) == port]
        answers = [
            (o, name)
            for o in seen
            if (name := protocol_of(str(getattr(o, "first_bytes", None) or "")))
        ]
        answers += [
            (o, name) for o in evidence.contacts if o.port == port and (name := _stranger(o))
        ]
        if answers:
            observations = tuple(o for o, _ in answers)
            subject = place(evidence.target.host_display, port)
            expected = {"ssh": "SSH", "ftp": "FTP"}.get(_service_at(evidence, port), "HTTP")
            yield make_finding(
                "tcp.wrong_service",
                subject,
                ids(observations),
                parameters={"protocol": answers[0][1], "expected": expected},
            )


def _named_ports(evidence: Evidence) -> list[int]:
    return [c.port for c in evidence.contacts if c.service is not None]


def _service_at(evidence: Evidence, port: int) -> str:
    return next((c.service or "" for c in evidence.contacts if c.port == port), "")


def _stranger(contact: TcpObservation) -> str | None:
    """Name the protocol that greets where another service should."""
    if not contact.greeting:
        return None
    name = protocol_of(contact.greeting)
    expected = {"ssh": ("SSH",), "ftp": ("FTP",)}.get(contact.service or "")
    if expected is None or name in expected:
        return None
    # FTP servers often greet without naming themselves; these codes are what they begin with.
    if contact.service == "ftp" and contact.greeting[:3] in {"220", "120", "421", "500"}:
        return None if name is None or name == "FTP" else name
    return name or "?"
