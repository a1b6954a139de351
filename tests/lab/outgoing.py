"""
Domains that send mail, with all kinds of faults on loopback: BIND, Postfix, OpenDKIM, Dovecot.

Each server has an address of 127.94.0.0/24 in the world's own network. A domain's records have
servers' names in braces; `{key}` is the public key that OpenDKIM signs with. Letters are sent
through Postfix to a mailbox, and read there as a customer would upload them.
"""

from __future__ import annotations

import re
import shutil
import smtplib
import socket
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import IPv4Address, ip_network
from pathlib import Path
from typing import ClassVar

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink

from diagnostics import Options, read_sent_letter
from diagnostics.options import SentLetter
from tests.daemons.bind import BindServer
from tests.daemons.certificates import Authority, CertificateFiles
from tests.daemons.dovecot import DovecotQuotas
from tests.daemons.nginx import NginxSite
from tests.daemons.opendkim import OpenDkimServer
from tests.daemons.postfix import PostfixServer, tls_options
from tests.fakes.hostile_http import Behaviour, HostileServer
from tests.lab.built_world import BuiltWorld
from tests.lab.model import own_network

Issue = Callable[[Authority], CertificateFiles]
NETWORK = "127.94.0"
QUOTAS, SIGNER, MAILBOX = (f"{NETWORK}.{number}" for number in (250, 251, 252))
READER = "reader.example"


@dataclass(frozen=True)
class SendingServer:
    """
    A listener of Postfix with `options` (postconf(5)), or a scripted server if it `speaks`.

    `pointer` is the name in its PTR record. With a `certificate` it offers STARTTLS. With
    `only_takes` it has no port for mail programs.
    """

    options: dict[str, str] = field(default_factory=dict)
    pointer: str = ""
    certificate: Issue | None = None
    speaks: Behaviour | None = None
    only_takes: bool = False


@dataclass(frozen=True)
class PolicySite:
    """A web server for MTA-STS, and its answer at the policy's URL."""

    policy: str | None
    issue: Issue


@dataclass(frozen=True)
class Letter:
    """A letter that a domain sends: its signer, and its return address."""

    signed_by: str = ""
    selector: str = "lab"
    path: str = ""
    refused_address: str = ""


class OutgoingWorld(BuiltWorld):
    """All domains and servers; `letters` has the letters of each domain as received."""

    letters: ClassVar[dict[str, SentLetter | None]] = {}

    def __init__(
        self,
        servers: dict[str, SendingServer],
        domains: dict[str, str],
        sites: dict[str, PolicySite],
        letters: dict[str, Letter],
        pointers: str = "",
    ) -> None:
        super().__init__()
        self._servers, self._domains = servers, domains
        self._sites, self._letters, self._pointers = sites, letters, pointers
        self._folder = Path(tempfile.mkdtemp(prefix="outgoing-lab-"))
        names = [*servers, *sites]
        self.places = {name: f"{NETWORK}.{number}" for number, name in enumerate(names, 1)}
        self.authority = Authority(self._folder, "Outgoing Root")
        self.options = Options()

    def _build(self) -> None:
        self._stack.enter_context(own_network())
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        signing = {
            domain: (letter.signed_by, letter.selector)
            for domain, letter in self._letters.items()
            if letter.signed_by
        }
        signer = self._stack.enter_context(OpenDkimServer(SIGNER, signing))
        self._stack.enter_context(DovecotQuotas(QUOTAS))
        self._start_servers()
        for name, site in self._sites.items():
            self._start_site(name, site)
        bind = self._stack.enter_context(BindServer(self._zones(signer.record)))
        self.options = Options(
            allow_networks=(ip_network(f"{NETWORK}.0/24"),),
            resolvers=(bind.resolver,),
            ca_file=self.authority.file,
        )
        self._send_letters()

    def _start_servers(self) -> None:
        listeners = {}
        for name, server in self._servers.items():
            address = self.places[name]
            if server.speaks is not None:
                self._stack.enter_context(HostileServer(server.speaks, (25,), address))
                continue
            tls = tls_options(server.certificate(self.authority)) if server.certificate else {}
            listeners[address] = server.options | tls
        listeners[f"{NETWORK}.253"] = {"smtpd_milters": f"inet:{SIGNER}:8891"}
        settings = f"local_transport = smtp:[{MAILBOX}]:2525\nsmtpd_peername_lookup = no"
        domains = ", ".join((*self._domains, READER))
        only_25 = frozenset(
            self.places[name] for name, server in self._servers.items() if server.only_takes
        )
        self._stack.enter_context(
            PostfixServer(domains, listeners, settings=settings, only_25=only_25)
        )

    def _start_site(self, name: str, site: PolicySite) -> None:
        inside = "location / { return 404; }"
        if site.policy is not None:
            (self._folder / name).write_text(site.policy, encoding="utf-8")
            inside = f"location = /.well-known/mta-sts.txt {{ alias {self._folder / name}; }}"
        self._stack.enter_context(
            NginxSite(
                inside,
                address=self.places[name],
                certificate=site.issue(self.authority),
                listen=("443 ssl",),
            )
        )

    def _zones(self, record: str) -> dict[str, str | None]:
        key = record.rpartition("p=")[2]
        known = self.places | {
            "record": _pieces(record),
            "testing": _pieces(f"t=y; {record}".replace("t=y; v=DKIM1;", "v=DKIM1; t=y;")),
            "half": key[:180],
        }
        pointers = "".join(
            f"{IPv4Address(self.places[name]).reverse_pointer}. IN PTR {server.pointer}.\n"
            for name, server in self._servers.items()
            if server.pointer
        )
        zones: dict[str, str | None] = {
            domain: records.format_map(known) for domain, records in self._domains.items()
        }
        return zones | {"127.in-addr.arpa": pointers + self._pointers.format_map(known)}

    def _send_letters(self) -> None:
        kept = _Mailbox()
        controller = Controller(kept, hostname=MAILBOX, port=2525, server_hostname="reader")
        controller.start()
        self._stack.callback(controller.stop)
        with smtplib.SMTP(f"{NETWORK}.253", 587) as client:
            for domain, letter in self._letters.items():
                message = EmailMessage()
                message["From"] = f"Anna <anna@{domain}>"
                message["To"] = f"someone@{READER}"
                message["Subject"] = "Your order"
                message.set_content("It is ready.")
                client.send_message(message, from_addr=f"anna@{letter.path or domain}")
        kept.wait_for(len(self._letters))
        for domain, letter in self._letters.items():
            came = _returned(kept.letters[domain], domain, letter, self.places)
            self.letters[domain] = read_sent_letter(came)


def _pieces(text: str) -> str:
    """Write a long text as strings of a TXT record, 255 bytes at most (RFC 1035, 3.3.14)."""
    return " ".join(f'"{text[at : at + 200]}"' for at in range(0, len(text), 200))


class _Mailbox(Sink):
    """Stores the letters received, by the domain in From."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: dict[str, bytes] = {}
        self._is_more = threading.Condition()

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:  # noqa: N802, ARG002 - aiosmtpd's own
        content = bytes(getattr(envelope, "content"))  # noqa: B009 - see above
        path = str(getattr(envelope, "mail_from"))  # noqa: B009 - see above
        match = re.search(rb"^From:.*@([a-z0-9.-]+)", content, re.MULTILINE)
        with self._is_more:
            if match:
                head = f"Return-Path: <{path}>\r\n".encode()
                self.letters[match[1].decode()] = head + content
            self._is_more.notify_all()
        return "250 kept"

    def wait_for(self, count: int) -> None:
        with self._is_more:
            if not self._is_more.wait_for(lambda: len(self.letters) >= count, timeout=90):
                raise TimeoutError(f"{len(self.letters)} of {count} letters came")


def _returned(letter: bytes, domain: str, plan: Letter, places: dict[str, str]) -> bytes:
    """Return a letter as received, or as a bounce if its sender's address is rejected."""
    if not plan.refused_address:
        return letter
    address = places[plan.refused_address]
    notice = (
        f"From: MAILER-DAEMON@mx.{domain}\r\nTo: anna@{domain}\r\n"
        "Subject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=lab\r\n\r\n"
        "--lab\r\nContent-Type: text/plain\r\n\r\nThis is the mail system. I'm sorry to have to"
        " inform you that your message could not be delivered.\r\n\r\n"
        "--lab\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.{domain}\r\n\r\n"
        f"Final-Recipient: rfc822; someone@{READER}\r\nAction: failed\r\nStatus: 5.7.1\r\n"
        f"Diagnostic-Code: smtp; 550 5.7.1 Client host [{address}] blocked using bl.lab\r\n\r\n"
        "--lab\r\nContent-Type: message/rfc822\r\n\r\n"
    )
    return notice.encode() + letter + b"\r\n--lab--\r\n"


def in_the_open(greeting: str) -> Behaviour:
    """Accept STARTTLS, but continue without encryption."""

    def behave(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(greeting.encode())
        with connection.makefile("rb") as lines:
            for line in lines:
                verb = line[:8].decode("ascii", "replace").strip().upper()
                reply = "250-mx\r\n250 STARTTLS" if verb.startswith("EHLO") else "220 go on"
                connection.sendall(f"{reply}\r\n".encode())
                if verb == "STARTTLS":
                    connection.sendall(b"500 5.5.1 what is that\r\n")
                    return

    return behave


def named(*names: str) -> Issue:
    """Issue a certificate for these names."""
    return lambda authority: authority.issue(*names)


def self_signed(name: str) -> Issue:
    """Issue a self-signed certificate."""
    return lambda authority: authority.issue(name, self_signed=True)


def other_key(name: str) -> Issue:
    """Issue a certificate with the key file of another one, as after an incomplete renewal."""

    def issue(authority: Authority) -> CertificateFiles:
        return CertificateFiles(authority.issue(name).chain, authority.issue(name).key)

    return issue
