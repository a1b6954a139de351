"""Servers whose services are closed, filtered, silent, unexpected, or healthy."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace

from diagnostics import Options
from tests.fakes.hostile_http import Behaviour, aborts, greets, says, speaks_ssh, stays_silent
from tests.lab.mail import after, in_pieces
from tests.lab.model import HEALTHY, Case
from tests.lab.server import Server

FTP = greets(b"220 (vsFTPd 3.0.5)\r\n")
SEVEN_SECONDS = 7.0
NO_PING = "icmp type echo-request drop"
DEAF: dict[int, Behaviour] = dict.fromkeys((21, 22, 80, 443, 1500), stays_silent)


def drop(*ports: int) -> str:
    return f"tcp dport {{ {', '.join(map(str, ports))} }} drop"


def reject(how: str, *ports: int) -> str:
    return f"tcp dport {{ {', '.join(map(str, ports))} }} reject with {how}"


WHOLE = {21: FTP}


def waits_for_tls(connection: socket.socket, _: threading.Event) -> None:
    """Stay silent until TLS begins, then reject the first message with an alert."""
    if connection.recv(4096).startswith(b"\x16\x03"):
        connection.sendall(b"\x15\x03\x03\x00\x02\x02\x28")


def database(packet: bytes) -> Server:
    """Return a healthy server whose MySQL sends this packet first."""
    framed = len(packet).to_bytes(3, "little") + b"\0" + packet
    return Server(web=(80, 443, 1500), speaks={21: FTP, 3306: says(framed)})


def _with_database(options: Options) -> Options:
    return replace(options, service_ports={**options.service_ports, "mysql": 3306})


FAULTS: dict[str, tuple[str, Server]] = {
    "ssh refused": ("tcp.refused", Server(ssh=(), web=(80, 443, 1500), speaks=WHOLE)),
    "ssh refused by a firewall": (
        "tcp.refused",
        Server(web=(80, 443, 1500), speaks=WHOLE, rules=(reject("tcp reset", 22),)),
    ),
    "ssh filtered": (
        "tcp.filtered",
        Server(web=(80, 443, 1500), speaks=WHOLE, rules=(drop(22),)),
    ),
    "ssh prohibited": (
        "tcp.filtered",
        Server(
            web=(80, 443, 1500), speaks=WHOLE, rules=(reject("icmp type admin-prohibited", 22),)
        ),
    ),
    "ssh silent": (
        "tcp.no_answer",
        Server(ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: stays_silent}),
    ),
    "ssh closes at once": (
        "tcp.reset",
        Server(ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: aborts}),
    ),
    "http where ssh should be, which waits": (
        "tcp.no_answer",
        Server(ssh=(), web=(22, 80, 443, 1500), speaks={21: FTP}),
    ),
    "ftp where ssh should be": (
        "tcp.wrong_service",
        Server(ssh=(), web=(80, 443, 1500), speaks={21: FTP, 22: FTP}),
    ),
    "ssh with signatures by SHA-1 alone": (
        "tcp.ssh_obsolete",
        Server(web=(80, 443, 1500), speaks=WHOLE, ssh_settings="HostKeyAlgorithms ssh-rsa"),
    ),
    "ssh with old key exchanges alone": (
        "tcp.ssh_obsolete",
        Server(
            web=(80, 443, 1500),
            speaks=WHOLE,
            ssh_settings="KexAlgorithms diffie-hellman-group14-sha1",
        ),
    ),
    "ssh with old ciphers alone": (
        "tcp.ssh_obsolete",
        Server(web=(80, 443, 1500), speaks=WHOLE, ssh_settings="Ciphers 3des-cbc,aes128-cbc"),
    ),
    "ssh that breaks off at the key exchange": (
        "tcp.reset",
        Server(
            ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: says(b"SSH-2.0-OpenSSH_9.2p1\r\n")}
        ),
    ),
    "ssh full of half-open log-ins": (
        "tcp.reset",
        Server(
            ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: says(b"Exceeded MaxStartups\r\n")}
        ),
    ),
    "ftp that can't begin": (
        "tcp.greeting_refused",
        Server(
            web=(80, 443, 1500),
            speaks={21: says(b"500 OOPS: unrecognised variable in config file: x\r\n")},
        ),
    ),
    "ftp for others": (
        "tcp.greeting_refused",
        Server(web=(80, 443, 1500), speaks={21: says(b"530 Access denied.\r\n")}),
    ),
    "something else where ssh should be": (
        "tcp.wrong_service",
        Server(ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: greets(b"hello\r\n")}),
    ),
    "ssh where ftp should be": ("tcp.wrong_service", Server(ssh=(21, 22), web=(80, 443, 1500))),
    "ftp that waits for TLS": (
        "tcp.wrong_service",
        Server(web=(80, 443, 1500), speaks={21: waits_for_tls}),
    ),
    "ftp that waits for TLS, no panel": ("tcp.wrong_service", Server(speaks={21: waits_for_tls})),
    "ftp closed": ("tcp.refused", Server(web=(80, 443, 1500))),
    "panel closed": ("tcp.refused", Server(speaks=WHOLE)),
    "panel filtered": ("tcp.filtered", Server(speaks=WHOLE, rules=(drop(1500),))),
    "ftp filtered": ("tcp.filtered", Server(web=(80, 443, 1500), rules=(drop(21),))),
    "ftp silent": (
        "tcp.no_answer",
        Server(web=(80, 443, 1500), speaks={21: stays_silent}),
    ),
    "web down, ssh works": (
        "tcp.refused",
        Server(web=(1500,), speaks=WHOLE),
    ),
    "web filtered, ssh works": (
        "tcp.filtered",
        Server(web=(80, 443, 1500), speaks=WHOLE, rules=(drop(80, 443),)),
    ),
    "https closed, http answers": ("tcp.refused", Server(web=(80, 1500), speaks=WHOLE)),
    "nothing listens": ("tcp.refused", Server(ssh=(), web=())),
    "nothing listens, no ping": ("tcp.refused", Server(ssh=(), web=(), rules=(NO_PING,))),
    "all filtered, ping answers": ("tcp.filtered", Server(rules=(drop(21, 22, 80, 443, 1500),))),
    "all filtered, no ping": (
        "net.host_unreachable",
        Server(rules=(NO_PING, drop(21, 22, 80, 443, 1500))),
    ),
    "hung, the kernel takes connections": ("tcp.no_answer", Server(ssh=(), web=(), speaks=DEAF)),
    "hung, no ping": ("tcp.no_answer", Server(ssh=(), web=(), speaks=DEAF, rules=(NO_PING,))),
    "hung but ftp": (
        "tcp.no_answer",
        Server(ssh=(), web=(), speaks={**DEAF, 21: FTP}),
    ),
    "ssh works, the web hangs": (
        "tcp.no_answer",
        Server(web=(1500,), speaks={21: FTP, 80: stays_silent, 443: stays_silent}),
    ),
    "no ping": (
        "net.icmp_blocked",
        Server(web=(80, 443, 1500), speaks=WHOLE, rules=(NO_PING,)),
    ),
    "ping turned away": (
        "net.icmp_blocked",
        Server(
            web=(80, 443, 1500),
            speaks=WHOLE,
            rules=("icmp type echo-request reject with icmp type admin-prohibited",),
        ),
    ),
}
WELL: dict[str, Server] = {
    "everything answers": Server(web=(80, 443, 1500), speaks=WHOLE),
    "an ftp of few words": Server(web=(80, 443, 1500), speaks={21: greets(b"220 ready\r\n")}),
    "a busy ftp": Server(
        web=(80, 443, 1500), speaks={21: greets(b"421 Too many connections, try later.\r\n")}
    ),
    "an ftp that is full for our address": Server(
        web=(80, 443, 1500), speaks={21: says(b"421 Too many connections (8) from this IP\r\n")}
    ),
    "an ssh that has had enough of us": Server(
        ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: says(b"Not allowed at this time\r\n")}
    ),
    "an ftp that looks up our name": Server(
        web=(80, 443, 1500), speaks={21: after(SEVEN_SECONDS, greets(b"220 ready\r\n"))}
    ),
    "an ssh that speaks line by line": Server(
        ssh=(),
        web=(80, 443, 1500),
        speaks={**WHOLE, 22: in_pieces(b"Wel", b"come\r\nto us\r\n", b"SSH-2.0-x\r\n")},
    ),
    "an ssh with a banner first": Server(
        ssh=(),
        web=(80, 443, 1500),
        speaks={21: FTP, 22: speaks_ssh(b"Authorised use only\r\nSSH-2.0-OpenSSH_9.2\r\n")},
    ),
    "an ssh with many words first": Server(
        ssh=(),
        web=(80, 443, 1500),
        speaks={
            21: FTP,
            22: speaks_ssh(b"Authorised use only\r\n" * 60 + b"SSH-2.0-OpenSSH_9.2\r\n"),
        },
    ),
    "an ssh that greets and hangs up": Server(
        ssh=(), web=(80, 443, 1500), speaks={**WHOLE, 22: says(b"SSH-2.0-OpenSSH_9.2p1\r\n")}
    ),
    "dropbear": Server(
        ssh=(),
        web=(80, 443, 1500),
        speaks={21: FTP, 22: speaks_ssh(b"SSH-2.0-dropbear_2022.83\r\n")},
    ),
}
DATABASES: dict[str, tuple[str, Server]] = {
    "a database that is full": (
        "tcp.greeting_refused",
        database(b"\xff\x10\x04#08004Too many connections"),
    ),
    "a database that is full, an old one": (
        "tcp.greeting_refused",
        database(b"\xff\x10\x04Too many connections"),
    ),
    "a database that blocks us": (
        HEALTHY,
        database(b"\xff\x69\x04Host '127.0.0.1' is blocked because of many connection errors"),
    ),
    "a database for others": (
        HEALTHY,
        database(b"\xff\x6a\x04Host '127.0.0.1' is not allowed to connect to this server"),
    ),
    "a database": (HEALTHY, database(b"\x0a8.0.36\0\x08\0\0\0abcdefgh\0\xff\xff\xff\x02\0")),
}
SERVERS: dict[str, Server] = {
    name: server for name, (_, server) in (FAULTS | DATABASES).items()
} | WELL
_FAST = {
    *("no ping", "ssh refused", "panel closed", "an ssh with a banner first"),
    *("ssh full of half-open log-ins", "ftp that can't begin", "an ssh that has had enough of us"),
}
_EXPECTED = {name: code for name, (code, _) in FAULTS.items()} | dict.fromkeys(WELL, HEALTHY)
_ASKED_PORT = {"ssh that breaks off at the key exchange": ":22"}
CASES: tuple[Case, ...] = tuple(
    Case(
        name,
        f"{{{name}}}{_ASKED_PORT.get(name, '')}",
        code,
        "server",
        kind="server",
        also=("tcp.greeting_slow",) if name == "an ftp that looks up our name" else (),
        is_fast=name in _FAST,
    )
    for name, code in _EXPECTED.items()
)
CASES += tuple(
    Case(
        name,
        f"{{{name}}}",
        code,
        "server",
        kind="server",
        options=_with_database,
        also=("tcp.greeting_refused",),
        is_fast=name in {"a database that is full", "a database that blocks us"},
    )
    for name, (code, _) in DATABASES.items()
)
