"""The mail probes: who takes a domain's mail, what it says of its senders, what its servers say."""

from __future__ import annotations

from typing import Any, Literal

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype

from diagnostics.failures import Failure
from diagnostics.net.deadline import Deadline, Stopwatch
from diagnostics.net.dns_client import ask_resolver
from diagnostics.net.tls_stream import BrokenError, Silence, Stream
from diagnostics.observations import Exchanger, MxObservation, PolicyObservation, TcpObservation
from diagnostics.options import Address
from diagnostics.probes.tcp import open_line
from diagnostics.spf_dmarc import is_dmarc, is_spf
from diagnostics.texts import escape_hidden

QUESTION_S = 4.5
GREETING_S = 10.0  # servers make senders wait 5 s and more, to shake off spammers
_MAX_EXCHANGERS = 10
_MAX_TEXTS = 4
_MAX_TEXT = 2000
_MAX_GREETING = 512
_FAILURES = {
    dns.rcode.NXDOMAIN: Failure.DNS_NXDOMAIN,
    dns.rcode.SERVFAIL: Failure.DNS_SERVFAIL,
    dns.rcode.REFUSED: Failure.RESOLVER_REFUSED,
}
_IS_POLICY = {"spf": is_spf, "dmarc": is_dmarc}


def probe_mx(name: str, *, resolvers: tuple[str, ...], deadline: Deadline) -> MxObservation:
    """Ask our resolver who takes the mail of a domain (RFC 5321, section 5.1)."""
    watch = Stopwatch()
    message, facts = _ask(name, "MX", resolvers, deadline)
    found = sorted(
        (record.preference, record.exchange.to_text(omit_final_dot=True).lower().rstrip("."))
        for record in _records(message, dns.rdatatype.MX)
    )
    if message is not None and not found:
        facts.setdefault("failure", Failure.DNS_NO_DATA)
    return MxObservation(
        id="mx",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        name=name,
        exchangers=tuple(
            Exchanger(preference=preference, host=escape_hidden(host, 253))
            for preference, host in found[:_MAX_EXCHANGERS]
        ),
        **facts,
    )


def probe_policy(
    policy: Literal["spf", "dmarc"],
    name: str,
    *,
    resolvers: tuple[str, ...],
    deadline: Deadline,
    depth: int = 0,
) -> PolicyObservation:
    """Ask our resolver for the text records of a name, and keep those of one policy."""
    watch = Stopwatch()
    message, facts = _ask(name, "TXT", resolvers, deadline)
    texts = [
        b"".join(record.strings).decode("utf-8", "replace")
        for record in _records(message, dns.rdatatype.TXT)
    ]
    if message is not None and not texts:
        facts.setdefault("failure", Failure.DNS_NO_DATA)
    kept = sorted(text for text in texts if _IS_POLICY[policy](text))
    return PolicyObservation(
        id=f"{policy}#{name}",
        started_at=watch.started_at,
        duration_s=watch.elapsed_s,
        policy=policy,
        name=name,
        depth=depth,
        records=tuple(escape_hidden(text, _MAX_TEXT) for text in kept[:_MAX_TEXTS]),
        **facts,
    )


def _ask(
    name: str, record_type: str, resolvers: tuple[str, ...], deadline: Deadline
) -> tuple[dns.message.Message | None, dict[str, Any]]:
    try:
        message = ask_resolver(
            name, record_type, resolvers=resolvers, deadline=deadline.within(QUESTION_S)
        )
    except (dns.exception.DNSException, OSError, ValueError) as error:
        detail = escape_hidden(repr(error))
        return None, {"failure": Failure.RESOLVER_BROKEN, "failure_detail": detail}
    if message is None:
        return None, {"failure": Failure.RESOLVER_SILENT}
    if message.flags & dns.flags.TC:  # half an answer tells nothing of what is missing
        return None, {"failure": Failure.RESOLVER_BROKEN, "failure_detail": "cut, and no TCP"}
    facts: dict[str, Any] = {"rcode": dns.rcode.to_text(message.rcode())}
    if message.rcode() != dns.rcode.NOERROR:
        facts["failure"] = _FAILURES.get(message.rcode(), Failure.RESOLVER_BROKEN)
    return message, facts


def _records(message: dns.message.Message | None, wanted: dns.rdatatype.RdataType) -> list[Any]:
    """Give the answers of one kind, wherever an alias led."""
    sets = message.answer if message is not None else []
    return [record for rrset in sets if rrset.rdtype == wanted for record in rrset]


def probe_greeting(
    address: Address, port: int, *, host: str, service: str, deadline: Deadline
) -> TcpObservation:
    """
    Connect and wait for the server's first line; no byte is sent.

    In SMTP the server speaks first (RFC 5321, section 3.1), at times only after a while.
    """
    watch = Stopwatch()
    observation, stream = open_line(address, port, host=host, deadline=deadline, service=service)
    if stream is None:
        return observation
    facts: dict[str, Any] = {"greeting": ""}
    try:
        stream.deadline = deadline.within(GREETING_S)
        facts["greeting"] = _first_line(stream)
    except Silence:
        if stream.deadline.at == deadline.at:
            facts = {
                "failure": Failure.VANTAGE_NO_TIME,
                "failure_detail": "the time of the diagnosis was over before a greeting",
            }
    except BrokenError as error:
        facts = {"failure": error.failure, "failure_detail": escape_hidden(error.detail)}
    finally:
        stream.hang_up()
    return observation.model_copy(update=facts | {"duration_s": watch.elapsed_s})


def _first_line(stream: Stream) -> str:
    said = b""
    while b"\n" not in said and len(said) < _MAX_GREETING:
        data = stream.receive(_MAX_GREETING)
        if not data:
            if said:
                break
            raise BrokenError(Failure.TCP_RESET, "closed without a word")
        said += data
    return escape_hidden(said.split(b"\n")[0].decode("utf-8", "replace").strip(), 200)
