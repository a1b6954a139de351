"""Name servers asked themselves: patient, not fooled, and never inside."""

from __future__ import annotations

import base64
import os
import time
from dataclasses import replace
from ipaddress import ip_address, ip_network

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from diagnostics import Failure, finding_text, summarise
from diagnostics.net.deadline import Deadline
from diagnostics.net.dns_client import ask_server
from diagnostics.probes.authority import probe_authority
from diagnostics.probes.signature import probe_signature
from tests.daemons.loopback import free_address
from tests.diagnostics.conftest import LOOPBACK, ask, codes
from tests.fakes.hostile_dns import Behaviour, HostileDnsServer

SHOP = "shop.example"
pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="port 53 needs root"),
]


def reply(
    query: dns.message.Message,
    *answer: str,
    rcode: dns.rcode.Rcode = dns.rcode.NOERROR,
    authority: tuple[str, ...] = (),
    additional: tuple[str, ...] = (),
    authoritative: bool = True,
) -> dns.message.Message:
    message = dns.message.make_response(query, recursion_available=True)
    message.set_rcode(rcode)
    if authoritative:
        message.flags |= dns.flags.AA
    sections = (message.answer, message.authority, message.additional)
    for section, lines in zip(sections, (answer, authority, additional), strict=True):
        section.extend(dns.rrset.from_text(*line.split(maxsplit=4)) for line in lines)  # type: ignore[arg-type]
    return message


def says(*answer: str, **more: object) -> Behaviour:
    return lambda query, _count, _tcp: [reply(query, *answer, **more).to_wire()]  # type: ignore[arg-type]


A = f"{SHOP}. 60 IN A 192.0.2.7"
UPWARDS = ". 60 IN NS a.root.example."


def silent(_query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
    return []


def asked(server: HostileDnsServer, seconds: float = 4.0) -> tuple[Failure | None, int]:
    seen, _ = probe_authority(
        SHOP, "ns.example", ip_address(server.address), SHOP, "A", deadline=Deadline.after(seconds)
    )
    assert seen.duration_s < seconds + 0.5
    return seen.failure, seen.tries


def test_silence_is_believed_after_four_packets_and_a_connection() -> None:
    with HostileDnsServer(silent) as server:
        assert asked(server) == (Failure.DNS_SERVER_SILENT, 5)
        assert (server.packets, server.connections) == (4, 1)


def test_a_server_that_drops_edns_is_known_by_its_answer_without() -> None:
    """Firewalls drop what they don't know (RFC 6891)."""

    def drops_edns(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        return [] if query.edns >= 0 else [reply(query, A).to_wire()]

    with HostileDnsServer(drops_edns) as server:
        seen, _ = probe_authority(
            *(SHOP, "ns.example", ip_address(server.address), SHOP, "A"), deadline=Deadline.after(4)
        )
    assert (seen.failure, seen.drops_edns, seen.is_answer) == (None, True, True)


@pytest.mark.parametrize(
    ("rcode", "expected"), [(dns.rcode.NXDOMAIN, "NXDOMAIN"), (dns.rcode.NOERROR, "NOERROR")]
)
def test_a_name_with_an_address_is_asked_for_the_other_kind_too(
    rcode: dns.rcode.Rcode, expected: str
) -> None:
    def behave(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        is_a = query.question[0].rdtype == dns.rdatatype.A
        return [(reply(query, A) if is_a else reply(query, rcode=rcode)).to_wire()]

    with HostileDnsServer(behave) as server:
        seen, _ = probe_authority(
            *(SHOP, "ns.example", ip_address(server.address), SHOP, "A"), deadline=Deadline.after(4)
        )
    assert seen.aaaa_rcode == expected


def test_no_time_is_no_silence() -> None:
    with HostileDnsServer(silent) as server:
        assert asked(server, 0.3)[0] is Failure.VANTAGE_NO_TIME


def test_two_lost_packets_are_nothing() -> None:
    def third(query: dns.message.Message, count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        return [reply(query, A).to_wire()] if count >= 2 else []

    with HostileDnsServer(third) as server:
        assert asked(server) == (None, 3)


def test_only_tcp_answers() -> None:
    def by_tcp(query: dns.message.Message, _count: int, is_tcp: bool) -> list[bytes]:  # noqa: FBT001
        return [reply(query, A).to_wire()] if is_tcp else []

    with HostileDnsServer(by_tcp) as server:
        assert asked(server) == (None, 5)


def test_a_cut_answer_is_asked_for_by_tcp() -> None:
    def cut(query: dns.message.Message, _count: int, is_tcp: bool) -> list[bytes]:  # noqa: FBT001
        message = reply(query, *([A] if is_tcp else []))
        if not is_tcp:
            message.flags |= dns.flags.TC
        return [message.to_wire()]

    with HostileDnsServer(cut) as server:
        assert asked(server) == (None, 2)


def test_answers_to_other_questions_and_garbage_are_ignored() -> None:
    def noisy(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        forged = reply(query, f"{SHOP}. 60 IN A 192.0.2.66")
        forged.id = (query.id + 1) % 65536
        other = reply(dns.message.make_query("other.example.", "A"), rcode=dns.rcode.REFUSED)
        other.id = query.id
        return [
            b"",
            b"\0",
            b"\xff" * 600,
            forged.to_wire(),
            other.to_wire(),
            reply(query, A).to_wire(),
        ]

    with HostileDnsServer(noisy) as server:
        answer = ask_server(server.address, SHOP, "A", deadline=Deadline.after(3))
    assert answer.message is not None
    assert answer.message.answer[0][0].to_text() == "192.0.2.7"


def test_a_server_without_edns_is_asked_without() -> None:
    def old(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        if query.edns >= 0:
            return [reply(query, rcode=dns.rcode.FORMERR).to_wire()]
        return [reply(query, A).to_wire()]

    with HostileDnsServer(old) as server:
        assert asked(server)[0] is None


@pytest.mark.parametrize(
    ("behaviour", "failure"),
    [
        (says(A), None),
        (says(rcode=dns.rcode.NXDOMAIN), None),
        (says(rcode=dns.rcode.REFUSED), Failure.DNS_SERVER_LAME),
        (says(rcode=dns.rcode.SERVFAIL), Failure.DNS_SERVER_LAME),
        (says(A, authoritative=False), Failure.DNS_SERVER_LAME),
        (says(authority=(UPWARDS,), authoritative=False), Failure.DNS_SERVER_LAME),
    ],
)
def test_who_is_lame(behaviour: Behaviour, failure: Failure | None) -> None:
    with HostileDnsServer(behaviour) as server:
        assert asked(server)[0] is failure


def test_a_busy_server_is_not_lame() -> None:
    """It refuses one question, knows the zone, and answers a moment later."""
    with HostileDnsServer(_refuses(2)) as server:
        assert asked(server)[0] is None


def test_a_server_that_fails_twice_at_one_name_is_not_lame() -> None:
    with HostileDnsServer(_refuses(9)) as server:
        assert asked(server)[0] is Failure.DNS_SERVFAIL


def _refuses(count: int) -> Behaviour:
    """Refuse so many questions for an address; the zone itself is always known."""

    def behave(query: dns.message.Message, before: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        if query.question[0].rdtype == dns.rdatatype.SOA:
            soa = f"{SHOP}. 60 IN SOA ns.example. x.example. 1 60 60 60 60"
            return [reply(query, soa).to_wire()]
        rcode = dns.rcode.REFUSED if before < count else dns.rcode.NOERROR
        answer = () if before < count else (A,)
        return [reply(query, *answer, rcode=rcode).to_wire()]

    return behave


@pytest.mark.parametrize("rcode", [dns.rcode.FORMERR, dns.rcode.BADVERS, dns.rcode.BADCOOKIE])
def test_a_server_that_minds_a_cookie_is_asked_without(rcode: dns.rcode.Rcode) -> None:
    """Its answer to EDNS without one counts, signatures and all."""

    def minds(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        assert query.edns == 0
        if query.options:
            return [reply(query, rcode=rcode).to_wire()]
        return [reply(query, A).to_wire()]

    with HostileDnsServer(minds) as server:
        assert asked(server) == (None, 1)
        assert server.packets == 3


def test_a_server_that_drops_cookies_is_known_by_its_answer_without() -> None:
    def drops(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        return [] if query.options else [reply(query, A).to_wire()]

    with HostileDnsServer(drops) as server:
        seen, _ = probe_authority(
            SHOP, "ns.example", ip_address(server.address), SHOP, "A", deadline=Deadline.after(4)
        )
    assert (seen.failure, seen.drops_edns) == (None, True)


def test_the_resolvers_own_reason_is_shown() -> None:
    """RFC 8914: a resolver that says why; the zone itself can't be read here."""

    def validating(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        is_shop = query.question[0].rdtype in {dns.rdatatype.A, dns.rdatatype.AAAA}
        if query.flags & dns.flags.CD and is_shop:
            return [reply(query, A).to_wire()]
        message = reply(query, rcode=dns.rcode.SERVFAIL)
        reason = dns.edns.EDEOption(dns.edns.EDECode.DNSKEY_MISSING, "no SEP \x1b[2J matching")
        message.use_edns(0, options=[reason])
        return [message.to_wire()]

    with HostileDnsServer(validating) as server:
        report = ask(SHOP, options=replace(LOOPBACK, resolvers=(server.resolver,)))
    assert codes(report) == ["dns.dnssec_bogus"]
    assert report.findings[0].parameters["variant"] == "ds_orphan"
    assert "9 Dnskey missing" in str(report.findings[0].parameters["extended"])
    assert "\x1b" not in report.model_dump_json()
    assert SHOP in finding_text(report.findings[0], "ru").explanation


def test_servers_inside_are_never_asked() -> None:
    """The zone names a server on an address that may not be probed: not one packet goes there."""
    parent, inside = free_address(), free_address()

    def resolver(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        name, kind = query.question[0].name.to_text(), query.question[0].rdtype
        if kind == dns.rdatatype.NS and name == "example.":
            return [reply(query, "example. 60 IN NS ns.parent.test.").to_wire()]
        if name == "ns.parent.test.":
            return [reply(query, f"{name} 60 IN A {parent}").to_wire()]
        return [reply(query, rcode=dns.rcode.SERVFAIL).to_wire()]

    refer = says(
        authority=(f"{SHOP}. 60 IN NS ns.{SHOP}.",),
        additional=(f"ns.{SHOP}. 60 IN A {inside}",),
        authoritative=False,
    )
    options = replace(LOOPBACK, deny_networks=(ip_network(f"{inside}/32"),))
    with (
        HostileDnsServer(resolver) as ours,
        HostileDnsServer(refer, address=parent) as above,
        HostileDnsServer(says(A), address=inside) as canary,
    ):
        report = ask(SHOP, options=replace(options, resolvers=(ours.resolver,)))
        assert above.packets > 0
        assert (canary.packets, canary.connections) == (0, 0)
    assert codes(report) == ["dns.servfail"]
    assert all(summarise(one, "ru").text for one in report.observations)


def test_a_late_resolver_is_waited_for() -> None:
    """Its lateness is looked into meanwhile, and accuses nobody."""
    closed = free_address()

    def late(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        if query.question[0].rdtype != dns.rdatatype.A:
            return [reply(query, rcode=dns.rcode.NOERROR).to_wire()]
        time.sleep(1.2)
        return [reply(query, f"{SHOP}. 60 IN A {closed}").to_wire()]

    with HostileDnsServer(late) as server:
        report = ask(SHOP, options=replace(LOOPBACK, resolvers=(server.resolver,)))
    assert set(codes(report)) == {"tcp.refused"}


def test_a_failure_that_is_gone_says_nothing() -> None:
    seen: list[bool] = []

    def recovering(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        if query.question[0].rdtype != dns.rdatatype.A or query.flags & dns.flags.CD or not seen:
            seen.extend([True] if query.question[0].rdtype == dns.rdatatype.A else [])
            return [reply(query, rcode=dns.rcode.SERVFAIL).to_wire()]
        return [reply(query, A).to_wire()]

    with HostileDnsServer(recovering) as server:
        report = ask(SHOP, options=replace(LOOPBACK, resolvers=(server.resolver,)))
    assert (report.verdict, codes(report)) == ("inconclusive", [])


def test_an_answer_full_of_keys_is_not_worked_through() -> None:
    """KeyTrap (CVE-2023-50387): every key would be tried with every DS; nobody is accused."""

    def trap(query: dns.message.Message, _count: int, is_tcp: bool) -> list[bytes]:  # noqa: FBT001
        kind = query.question[0].rdtype
        records = {
            dns.rdatatype.DS: [f"1 8 2 {number:064x}" for number in range(900)],
            dns.rdatatype.DNSKEY: [
                "257 3 8 " + base64.b64encode(number.to_bytes(64)).decode() for number in range(600)
            ],
        }.get(kind, [])
        message = reply(query)
        if is_tcp and records:
            message.answer.append(dns.rrset.from_text_list(SHOP + ".", 60, "IN", kind, records))
        elif records:
            message.flags |= dns.flags.TC
        return [message.to_wire(max_size=65535)]

    with HostileDnsServer(trap) as server:
        signature = probe_signature(SHOP, resolvers=(server.resolver,), deadline=Deadline.after(5))
    assert signature.failure is Failure.UNKNOWN
    assert (signature.reason, signature.key_tags) == (None, ())


def test_spoofed_and_oversized_packets_do_not_end_the_wait() -> None:
    """Packets of any size that answer another question are dropped, and the right one is read."""

    def flood(query: dns.message.Message, _count: int, _tcp: bool) -> list[bytes]:  # noqa: FBT001
        forged = reply(dns.message.make_query(query.question[0].name, "TXT"), A)
        forged.id = query.id
        return [os.urandom(60_000), forged.to_wire(), reply(query, A).to_wire() + b"trailing"]

    with HostileDnsServer(flood) as server:
        assert asked(server) == (None, 1)
