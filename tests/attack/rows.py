"""The attacks: each says what it measured, and whether the product held."""

from __future__ import annotations

import json
import socket
import time
from contextlib import suppress
from ipaddress import ip_network

import dns.message
import dns.rdatatype
import dns.rrset

from diagnostics import Options, read_target
from intake.checks import CheckBudgets
from intake.checks.run_pool import RunPool
from intake.checks.shared_run import CheckRequest
from intake.web.limits.protocols import MAX_CONNECTIONS
from tests.attack.material import (
    forbidden_addresses,
    hidden_characters,
    mails_that_break_parsers,
    pages_that_unpack,
    pasted_secrets,
    pictures_of_many_scans,
    texts_of_nothing,
    texts_of_one_long_word,
)
from tests.attack.outcome import Attack, Outcome
from tests.attack.wire import Hoard, Target, unfinished_frame
from tests.fakes.hostile_dns import HostileDnsServer
from tests.fakes.hostile_http import HostileServer, answers

_FORGED = "http://evil.example"
_MB = 1_000_000


def cookies_of_backslashes(target: Target) -> Outcome:
    """CVE-2024-7592: the interpreter's cookie parser takes the square of their number."""
    before = target.cpu_s
    cookie = 'a="' + "\\" * 60_000 + '"'
    statuses = {target.ask("GET", "/inbox", Cookie=cookie)[0] for _ in range(5)}
    spent = target.cpu_s - before
    return Outcome(statuses == {431} and spent < 2, f"{spent:.2f} s CPU, status {statuses}")


def frames_without_an_end(target: Target) -> Outcome:
    """Eight sockets that announce 150 MB and send some of it."""
    before = target.memory_mb
    with Hoard() as hoard:
        for _ in range(8):
            status, held = target.handshake(origin=target.product.url)
            if status != 101:  # Switching Protocols
                break
            hoard.sockets.append(held)
            try:
                held.sendall(unfinished_frame(150 * _MB, 20 * _MB))
            except OSError:
                continue
        grown = target.memory_mb - before
    return Outcome(grown < 150, f"{grown:+.0f} MB")


def files_that_nobody_asked_for(target: Target) -> Outcome:
    """Uploads from the start page."""
    path = "/_stcore/upload_file/abc/def"
    statuses = {target.ask("PUT", path, bytes(_MB))[0] for _ in range(10)}
    return Outcome(not statuses & {200, 204}, f"status {statuses}")


def sockets_of_foreign_pages(target: Target) -> Outcome:
    """Another origin's handshake, which the framework once looked up in public."""
    began = time.monotonic()
    statuses = set()
    for origin in (_FORGED, "http://localhost:3000", "null", "file://", "http://["):
        status, held = target.handshake(origin=origin)
        held.close()
        statuses.add(status)
    spent = time.monotonic() - began
    return Outcome(statuses == {403}, f"status {statuses}, {spent:.2f} s")


def believed_proxies(target: Target) -> Outcome:
    """Each guess of the staff's token claims to come from another address."""
    statuses = [
        target.ask(
            "POST", "/staff", b"token=guess", source="127.0.0.31", X_Forwarded_For=f"203.0.113.{n}"
        )[0]
        for n in range(15)
    ]
    return Outcome(429 in statuses, f"{statuses.count(403)} guesses, then 429")


def idle_sockets(target: Target) -> Outcome:
    """One address opens 400 sockets, of which 300 are its share; another one's customer comes."""
    with Hoard() as hoard:
        taken = 0
        for _ in range(400):
            status, held = target.handshake(origin=target.product.url, source="127.0.0.41")
            hoard.sockets.append(held)
            taken += status == 101
        status, held = target.handshake(origin=target.product.url, source="127.0.0.42")
        held.close()
        is_served = status == 101 and target.is_open()
    return Outcome(taken <= 300 and is_served, f"{taken} of 400 taken, another's: {status}")


def heads_without_an_end(target: Target) -> Outcome:
    """100 MB of request head, and 300 requests that never come to their end."""
    before = target.memory_mb
    sent = 0
    with target.dial() as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: ")
        try:
            while sent < 100 * _MB:
                sent += connection.send(b"a" * 65536)
        except OSError:
            pass
    with Hoard() as hoard:
        for _ in range(300):
            held = target.dial("127.0.0.51")
            held.sendall(b"GET / HTTP/1.1\r\nHost: ")
            hoard.sockets.append(held)
        is_served = target.is_open()
        closed = sum(_is_closed(held) for held in hoard.sockets)
    grown = target.memory_mb - before
    is_cut = sent < 5 * _MB and grown < 100  # the system's own buffers
    measured = f"{sent / _MB:.1f} MB taken, {closed} of 300 half requests ended, {grown:+.0f} MB"
    return Outcome(is_cut and is_served and closed == len(hoard.sockets), measured)


def bodies_without_an_end(target: Target) -> Outcome:
    """One address opens all the connections that there are, for a byte of a body now and then."""
    head = b"POST /begin HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\na"
    with Hoard() as hoard:
        for _ in range(1_500):
            held = target.dial("127.0.0.61")
            hoard.sockets.append(held)
            with suppress(OSError):  # turned away
                held.sendall(head)
        is_served = target.is_open()
        taken = target.connections_of("127.0.0.61")
    return Outcome(is_served and taken <= MAX_CONNECTIONS // 2, f"{taken} of 1,500 taken")


def one_server_of_many_names(_: Target) -> Outcome:
    """Names of the attacker's lead to somebody's server: how often are we sent there?"""

    def lead_to_victim(query: dns.message.Message, _count: int, _: object) -> list[bytes]:
        answer = dns.message.make_response(query)
        if query.question[0].rdtype == dns.rdatatype.A:
            name = query.question[0].name
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", victim.address))
        return [answer.to_wire()]

    page = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
    with HostileServer(answers(page)) as victim, HostileDnsServer(lead_to_victim) as names:
        options = Options(
            allow_networks=(ip_network("127.0.0.0/8"),), resolvers=(names.resolver,), deadline_s=5
        )
        pool = RunPool(options, at_once=20, budgets=CheckBudgets(30, per_place=20), engine=None)
        begun = [
            pool.find_or_begin(
                CheckRequest(
                    read_target(f"http://owned{n}.example/", options).target, "site", None
                ),
                f"198.18.{n // 20}.1",
                again=False,
            )[0]
            for n in range(120)
        ]
        reports = [run.report for run in begun if run and run.ended.wait(60) and run.report]
        pool.stop()
        reached = sum(not report.reasons() for report in reports)
        measured = f"{reached} of {len(reports)} diagnoses, {victim.connections} connections"
    return Outcome(reached <= 20, measured)


def _is_closed(held: socket.socket) -> bool:
    """Whether the server ends it, within a minute."""
    held.settimeout(60)
    try:
        while held.recv(65536):
            pass
    except TimeoutError:
        return False
    except OSError:
        pass
    return True


def foreign_tickets(target: Target) -> Outcome:
    """Links that were guessed, and ways out of the folder of files."""
    paths = """
        /t/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA /t/../inbox /t/%2e%2e/%2e%2e/etc/passwd
        /static/../../etc/passwd /static/%2e%2e/%2e%2e/etc/passwd /..%2f..%2fetc/passwd
        /staff/tickets/AAA-AAA-AAA.json /staff/checklists/../../intake.db.yaml
        /api/v1/tickets/AAA-AAA-AAA /chat/AAAA /friend/AAAA
    """.split()  # noqa: SIM905 - a list
    opened = [path for path in paths if target.ask("GET", path)[0] == 200]
    return Outcome(not opened, f"{len(paths) - len(opened)} of {len(paths)} refused {opened}")


def ways_out(target: Target) -> Outcome:
    """Answers that would lead a visitor to another host, or carry a header of the attacker's."""
    paths = """
        /staff?next=//evil.example/ /staff?next=https://evil.example/ //evil.example/%2e%2e
        /?lang=en%0d%0aSet-Cookie:%20a=b /staff/leave?next=//evil.example
    """.split()  # noqa: SIM905 - a list
    led = []
    for path in paths:
        _, _, headers = target.ask("GET", path, X_Forwarded_Host="evil.example")
        if "evil.example" in headers.get("location", "") or headers.get("set-cookie") == "a=b":
            led.append(path)
    return Outcome(not led, f"{len(paths) - len(led)} of {len(paths)} stay here {led}")


def nested_bodies(target: Target) -> Outcome:
    """Deep JSON, large bodies and wrong methods at the API and the forms."""
    before = target.cpu_s
    deep = b"[" * 200_000
    statuses = {
        target.ask("POST", "/api/v1/tickets", deep, Authorization="Bearer x")[0],
        target.ask("POST", "/api/v1/diagnoses", json.dumps({"a": "x" * _MB}).encode())[0],
        target.ask("POST", "/begin", b"a=" * 500_000, Origin=target.product.url)[0],
        target.ask("TRACE", "/")[0],
        target.ask("PROPFIND", "/inbox")[0],
    }
    spent = target.cpu_s - before
    is_refused = all(400 <= status < 500 for status in statuses)
    return Outcome(is_refused and spent < 3, f"status {sorted(statuses)}, {spent:.2f} s CPU")


ATTACKS: tuple[Attack, ...] = (
    cookies_of_backslashes,
    frames_without_an_end,
    files_that_nobody_asked_for,
    pages_that_unpack,
    sockets_of_foreign_pages,
    forbidden_addresses,
    believed_proxies,
    idle_sockets,
    heads_without_an_end,
    bodies_without_an_end,
    hidden_characters,
    pasted_secrets,
    texts_of_nothing,
    foreign_tickets,
    ways_out,
    nested_bodies,
    one_server_of_many_names,
    pictures_of_many_scans,
    texts_of_one_long_word,
    mails_that_break_parsers,
)
