"""Domains with one fault in their mail, or with unusual but working mail."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta

from tests.daemons.certificates import DAY, Authority, CertificateFiles
from tests.fakes.hostile_http import aborts, greets, says, stays_silent
from tests.lab.mail import (
    Issue,
    MailServer,
    after,
    begins_and_stops,
    ends_after,
    in_pieces,
    talks,
)
from tests.lab.model import HEALTHY, Case

READY = greets(b"220 mx.mail.example ESMTP\r\n")
SIX_SECONDS, TWELVE_SECONDS = 6.0, 12.0
SPF = '@ IN TXT "v=spf1 mx -all"\n'
DMARC = '_dmarc IN TXT "v=DMARC1; p=none"\n'
GOOD = SPF + DMARC


def named(*names: str, ends: timedelta = 60 * DAY) -> Issue:
    """Issue a certificate for these names."""

    def issue(authority: Authority) -> CertificateFiles:
        return authority.issue(*names, ends=ends)

    return issue


def self_signed(authority: Authority) -> CertificateFiles:
    return authority.issue("selfsigned.servers.example", self_signed=True)


def hangs_up_at_ehlo(connection: socket.socket, _: threading.Event) -> None:
    connection.sendall(b"220 mx ESMTP\r\n")
    connection.recv(1024)


GONE = named("expired.servers.example", ends=-2 * DAY)
SERVERS: dict[str, MailServer] = {
    "well": MailServer(
        smtp=(25, 587),
        secure=dict.fromkeys((465, 993), named("well.servers.example", "mail.owncert.example")),
    ),
    "incoming": MailServer(smtp=(25,)),
    "other": MailServer(smtp=(25,)),
    "closed": MailServer(),
    "drops": MailServer(speaks={25: aborts}),
    "mute": MailServer(speaks={25: stays_silent}),
    "shell": MailServer(speaks={25: greets(b"SSH-2.0-OpenSSH_9.6\r\n")}),
    "web": MailServer(speaks={25: greets(b"HTTP/1.1 400 Bad Request\r\n")}),
    "no": MailServer(speaks={25: greets(b"554 no mail here\r\n")}),
    "busy": MailServer(speaks={25: greets(b"421 4.3.2 try again later\r\n")}),
    "listed": MailServer(speaks={25: greets(b"554 5.7.1 Client host blocked using zen.lab\r\n")}),
    "silent": MailServer(smtp=(25,), rules=("tcp dport { 25, 465, 587, 993 } drop",)),
    "filtered": MailServer(
        speaks={25: READY, 587: READY},
        secure={993: named("filtered.servers.example")},
        rules=("tcp dport 25 drop",),
    ),
    "prohibited": MailServer(
        smtp=(25,), rules=("tcp dport 25 reject with icmp type admin-prohibited",)
    ),
    "expired": MailServer(smtp=(25, 587), secure=dict.fromkeys((465, 993), GONE)),
    "halfexpired": MailServer(
        smtp=(25, 587),
        secure={
            465: named("halfexpired.servers.example"),
            993: named("halfexpired.servers.example", ends=-2 * DAY),
        },
    ),
    "soon": MailServer(smtp=(25, 587), secure={993: named("soon.servers.example", ends=5 * DAY)}),
    "selfsigned": MailServer(smtp=(25, 587), secure={993: self_signed}),
    "open": MailServer(
        smtp=(25, 587), speaks={465: READY}, secure={993: named("open.servers.example")}
    ),
    "hangsup": MailServer(
        smtp=(25, 587), speaks={465: aborts}, secure={993: named("hangsup.servers.example")}
    ),
    "readonly": MailServer(smtp=(25,), secure={993: named("readonly.servers.example")}),
    "sendfiltered": MailServer(
        smtp=(25,),
        secure={993: named("sendfiltered.servers.example")},
        rules=("tcp dport { 465, 587 } drop",),
    ),
    "wrongsending": MailServer(
        smtp=(25,),
        speaks={587: greets(b"+OK POP3 ready\r\n")},
        secure={993: named("wrongsending.servers.example")},
    ),
    "patient": MailServer(speaks={25: after(SIX_SECONDS, talks())}),
    "stranger": MailServer(speaks={25: talks(RCPT="554 5.7.1 <x>: Relay access denied")}),
    "nospace": MailServer(speaks={25: talks(MAIL="452 4.3.1 Insufficient system storage")}),
    "fullbox": MailServer(speaks={25: talks(RCPT="552 5.2.2 <x>: Quota exceeded (mailbox full)")}),
    "nobase": MailServer(speaks={25: talks(RCPT="451 4.3.0 <x>: Temporary lookup failure")}),
    "grey": MailServer(speaks={25: talks(RCPT="450 4.2.0 <x>: Greylisted, try again in 300 s")}),
    "nopostmaster": MailServer(speaks={25: talks(RCPT="550 5.1.1 <x>: User unknown")}),
    "blocklist": MailServer(
        speaks={25: talks(RCPT="554 5.7.1 Client host [192.0.2.1] blocked using zen.lab")}
    ),
    "strict": MailServer(speaks={25: talks(RCPT="550 5.7.1 Access denied")}),
    "filterless": MailServer(
        speaks={25: talks(MAIL="451 4.7.1 Service unavailable - try again later")}
    ),
    "refusedbylist": MailServer(
        speaks={
            25: talks(
                RCPT="554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using "
                "zen.lab; Error: open resolver"
            )
        }
    ),
    "hangsup25": MailServer(speaks={25: hangs_up_at_ehlo}),
    "circle": MailServer(
        speaks={25: talks(RCPT="550 lowest numbered MX record points to local host")}
    ),
    "qmail": MailServer(
        speaks={
            25: talks(RCPT="553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)")
        }
    ),
    "exchange": MailServer(speaks={25: talks(RCPT="550 5.7.1 Unable to relay")}),
    "switchedoff": MailServer(
        speaks={25: talks(RCPT="550 5.7.1 <x>: Recipient address rejected: domain is disabled")}
    ),
    "tlsatonce": MailServer(
        smtp=(25,),
        secure=dict.fromkeys((587, 993), named("tlsatonce.servers.example")),
        inside={587: greets(b"220 ready\r\n")},
    ),
    "behind": MailServer(
        speaks={
            25: talks(
                RCPT="450 4.1.1 <x>: Recipient address rejected: unverified address: connect to "
                "10.0.0.5[10.0.0.5]:24: Connection refused"
            )
        }
    ),
    "rate": MailServer(
        speaks={
            25: talks(
                RCPT="450-4.2.1 The user you are trying to contact is receiving mail at a rate "
                "that\r\n450 4.2.1 prevents additional messages from being delivered."
            )
        }
    ),
    "crowd": MailServer(
        speaks={25: says(b"421 4.7.0 mx Error: too many connections from 192.0.2.9\r\n")}
    ),
    "only465": MailServer(
        smtp=(25,), secure=dict.fromkeys((465, 993), named("only465.servers.example"))
    ),
    "exim": MailServer(
        speaks={
            25: talks(
                RCPT="550-Please turn on SMTP Authentication in your mail client. (x) is not\r\n"
                "550 permitted to relay through this server without authentication."
            )
        }
    ),
    "connector": MailServer(speaks={25: talks(MAIL="530 5.7.1 Client was not authenticated")}),
    "fulldisk": MailServer(speaks={25: talks(MAIL="431 4.3.1 The mail server's disk is full")}),
    "scannerless": MailServer(
        speaks={25: talks(RCPT="451 4.7.1 clamav: the scanner is unavailable, try again later")}
    ),
    "unpaid": MailServer(
        speaks={25: talks(RCPT="550 5.7.1 Mail for this domain is no longer accepted here")}
    ),
    "dynamic": MailServer(
        speaks={25: talks(RCPT="550 5.7.1 Authentication required: your address is dynamic")}
    ),
    "proxied": MailServer(speaks={443: aborts}, rules=("tcp dport 25 drop",), address="104.16.7.8"),
    "routed": MailServer(smtp=(25,), address="162.159.205.11"),
    "hops": MailServer(
        speaks={25: talks(RCPT="550 5.4.6 <x>: undeliverable: mail for it loops back to myself")}
    ),
    "policyless": MailServer(
        speaks={25: talks(RCPT="451 4.3.5 <x>: Recipient address rejected: Server configuration")}
    ),
    "demandstls": MailServer(
        speaks={25: talks(MAIL="530 5.7.0 Must issue a STARTTLS command first")}
    ),
    "unnamed": MailServer(
        speaks={25: talks(RCPT="450 4.7.25 Client host rejected: cannot find your hostname")}
    ),
    "directory": MailServer(
        speaks={25: talks(RCPT="550 5.4.1 Recipient address rejected: Access denied")}
    ),
    "byereading": MailServer(
        smtp=(25, 587),
        secure=dict.fromkeys((465, 993), named("byereading.servers.example")),
        inside={993: says(b"* BYE Internal error occurred\r\n")},
    ),
    "nosending": MailServer(
        smtp=(25,),
        secure=dict.fromkeys((465, 993), named("nosending.servers.example")),
        inside={465: says(b"554 5.7.1 no service here\r\n")},
    ),
    "nologins": MailServer(
        smtp=(25, 587),
        secure=dict.fromkeys((465, 993), named("nologins.servers.example")),
        inside={993: after(5.0, says(b"* OK Waiting for authentication process to respond..\r\n"))},
    ),
    "wantslogin": MailServer(speaks={25: talks(MAIL="530 5.7.0 Authentication required")}),
    "screened": MailServer(speaks={25: talks(RCPT="450 4.3.2 Service currently unavailable")}),
    "greylater": MailServer(
        speaks={25: talks(RCPT="451 4.7.1 Service unavailable - try again later")}
    ),
    "noehlo": MailServer(
        speaks={25: talks(b"220 *************\r\n", EHLO="500 5.5.1 what is that", HELO="250 mx")}
    ),
    "wordy": MailServer(
        speaks={25: talks(b"220-mx ESMTP\r\n220 ready\r\n", EHLO="250-mx\r\n250 SIZE 1")}
    ),
    "verypatient": MailServer(speaks={25: after(TWELVE_SECONDS, talks())}),
    "endless": MailServer(speaks={25: begins_and_stops}),
    "halfway": MailServer(speaks={25: ends_after(SIX_SECONDS)}),
    "nologin": MailServer(smtp=(25, 587), is_without_login=True),
    "nologinthere": MailServer(
        smtp=(25, 587),
        secure=dict.fromkeys((465, 993), named("nologinthere.servers.example")),
        is_without_login=True,
    ),
    "refusestls": MailServer(
        smtp=(25,),
        speaks={
            587: talks(
                EHLO="250-mx\r\n250 STARTTLS",
                STAR="454 4.7.0 TLS not available due to local problem",
            )
        },
    ),
    "oldlogin": MailServer(smtp=(25,), speaks={587: talks(EHLO="250-mx\r\n250 AUTH=LOGIN PLAIN")}),
    "pieces": MailServer(speaks={25: in_pieces(b"22", b"0-mx.mail", b".example\r\n220 ESMTP\r\n")}),
}


def to(*servers: str, more: str = GOOD) -> str:
    """Return the records of a domain with these mail servers, the preferred one first."""
    lines = [f"@ IN MX {10 * n} {one}.servers.example.\n" for n, one in enumerate(servers, 1)]
    return "".join(lines) + more


def many(count: int) -> str:
    """Return SPF mechanisms that need this many lookups."""
    return "".join(f"a:h{number}.spf.example " for number in range(count))


def dead(count: int) -> str:
    """Return SPF mechanisms that look up this many missing names."""
    return "".join(f"a:gone{number}.spf.example " for number in range(count))


FAULTS: dict[str, tuple[str, str]] = {
    "nomail.example": ("mail.no_mx", "www IN A {well}\n" + SPF),
    "nomx-closed.example": ("mail.no_mx", "@ IN A {closed}\n" + GOOD),
    "nomx-works.example": ("mail.no_mx", "@ IN A {incoming}\n" + GOOD),
    "nullmx.example": ("mail.null_mx", "@ IN MX 0 .\n@ IN A {well}\n"),
    "mx-gone.example": ("mail.mx_missing", to("gone")),
    "mx-bare.example": ("mail.mx_missing", to("bare")),
    "mx-no-dot.example": (
        "mail.mx_missing",
        "@ IN MX 10 mail.mx-no-dot.example\nmail IN A {well}\n" + GOOD,
    ),
    "mx-unserved.example": ("mail.mx_missing", "@ IN MX 10 mx.broken-zone.example.\n" + GOOD),
    "mx-address.example": ("mail.mx_missing", "@ IN MX 10 203.0.113.5.\n" + GOOD),
    "mx-one-gone.example": ("mail.mx_missing", to("well", "gone")),
    "mx-private.example": ("mail.mx_private", to("private")),
    "mx-one-private.example": ("mail.mx_private", to("private", "well")),
    "refused.example": ("tcp.refused", to("closed")),
    "one-refused.example": ("tcp.refused", to("closed", "well")),
    "drops.example": ("tcp.reset", to("drops")),
    "mute.example": ("tcp.no_answer", to("mute")),
    "endless.example": ("tcp.no_answer", to("endless")),
    "ssh.example": ("tcp.wrong_service", to("shell")),
    "web.example": ("tcp.wrong_service", to("web")),
    "no.example": ("mail.greeting_refused", to("no")),
    "busy.example": ("mail.greeting_refused", to("busy")),
    "one-busy.example": ("mail.greeting_refused", to("busy", "well")),
    "backup-silent.example": ("mail.mx_silent", to("incoming", "silent")),
    "first-filtered.example": ("tcp.filtered", to("filtered", "incoming")),
    "listed.example": ("mail.smtp_unmeasured", to("listed")),
    "all-silent.example": ("mail.smtp_unmeasured", to("filtered")),
    "all-prohibited.example": ("mail.smtp_unmeasured", to("prohibited")),
    "relay.example": ("mail.relay_denied", to("stranger")),
    "relay-backup.example": ("mail.relay_denied", to("well", "stranger")),
    "no-space.example": ("mail.storage_full", to("nospace")),
    "full-box.example": ("mail.storage_full", to("fullbox")),
    "no-base.example": ("mail.server_error", to("nobase")),
    "filterless.example": ("mail.server_error", to("filterless")),
    "refused-by-list.example": ("mail.server_error", to("refusedbylist")),
    "null-beside.example": ("mail.null_mx", "@ IN MX 0 .\n" + to("well")),
    "hangs-up.example": ("mail.smtp_unmeasured", to("hangsup25")),
    "in-a-circle.example": ("mail.relay_denied", to("circle")),
    "exim-wants-login.example": ("mail.relay_denied", to("exim")),
    "connector.example": ("mail.relay_denied", to("connector")),
    "full-disk.example": ("mail.storage_full", to("fulldisk")),
    "scannerless.example": ("mail.server_error", to("scannerless")),
    "unpaid.example": ("mail.relay_denied", to("unpaid")),
    "dynamic.example": ("mail.smtp_unmeasured", to("dynamic")),
    "proxied.example": ("mail.mx_silent", to("proxied")),
    "to-itself.example": ("mail.relay_denied", to("hops")),
    "qmail.example": ("mail.relay_denied", to("qmail")),
    "unable-to-relay.example": ("mail.relay_denied", to("exchange")),
    "switched-off.example": ("mail.relay_denied", to("switchedoff")),
    "tls-at-once.example": ("tcp.wrong_service", to("tlsatonce")),
    "nothing-behind.example": ("mail.server_error", to("behind")),
    "crowded.example": ("mail.smtp_unmeasured", to("crowd")),
    "no-policy-service.example": ("mail.server_error", to("policyless")),
    "demands-tls.example": ("mail.server_error", to("demandstls")),
    "bye-reading.example": ("mail.greeting_refused", to("byereading")),
    "no-sending.example": ("mail.greeting_refused", to("nosending")),
    "no-log-ins.example": ("mail.greeting_refused", to("nologins")),
    "wants-login.example": ("mail.relay_denied", to("wantslogin")),
    "blocked-later.example": ("mail.smtp_unmeasured", to("blocklist")),
    "strict.example": ("mail.smtp_unmeasured", to("strict")),
    "spf-none.example": ("mail.spf_missing", to("well", more=DMARC)),
    "spf-almost.example": ("mail.spf_missing", to("well", more='@ IN TXT "v=spf10 mx"\n' + DMARC)),
    "spf-quoted.example": (
        "mail.spf_missing",
        to("well", more='@ IN TXT "\\"v=spf1 mx -all\\""\n' + DMARC),
    ),
    "spf-semicolons.example": (
        "mail.spf_missing",
        to("well", more='@ IN TXT "v=spf1; a; mx; ~all"\n' + DMARC),
    ),
    "spf-mask.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 ip4:192.0.2.0/255.255.255.0 -all"\n' + DMARC),
    ),
    "spf-two.example": (
        "mail.spf_several",
        to("well", more=SPF + '@ IN TXT "v=spf1 a ~all"\n' + DMARC),
    ),
    "spf-typo.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 ipv4:203.0.113.5 ~all"\n' + DMARC),
    ),
    "spf-gap.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 ip4: 203.0.113.5 ~all"\n' + DMARC),
    ),
    "spf-eleven.example": (
        "mail.spf_broken",
        to("well", more=f'@ IN TXT "v=spf1 include:ten.spf.example ~all"\n{DMARC}'),
    ),
    "spf-no-include.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 include:nothing.spf.example ~all"\n' + DMARC),
    ),
    "spf-doubled.example": (
        "mail.spf_broken",
        to(
            "well",
            more='@ IN TXT "v=spf1 include:_spf.isp.example.spf-doubled.example ~all"\n' + DMARC,
        ),
    ),
    "spf-short.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 mx redirect=_spf"\n_spf IN TXT "v=spf1 -all"\n' + DMARC),
    ),
    "spf-no-dot.example": (
        "mail.spf_missing",
        to("well", more='spf-no-dot.example IN TXT "v=spf1 mx -all"\n' + DMARC),
    ),
    "mx-owner-no-dot.example": (
        "mail.no_mx",
        "mx-owner-no-dot.example IN MX 10 mail\nmail IN A {well}\n@ IN A {closed}\n" + GOOD,
    ),
    "srv-no-dot.example": (
        "mail.srv_missing",
        to("well") + "_imaps._tcp IN SRV 0 1 993 box.srv-no-dot.example\nbox IN A {well}\n",
    ),
    "srv-gone.example": (
        "mail.srv_missing",
        to("well") + "_submission._tcp IN SRV 0 1 587 gone.servers.example.\n",
    ),
    "spf-void.example": (
        "mail.spf_broken",
        to("well", more=f'@ IN TXT "v=spf1 {dead(4)}mx -all"\n{DMARC}'),
    ),
    "spf-loop.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 include:loop.spf.example mx -all"\n' + DMARC),
    ),
    "spf-equals.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 include=good.spf.example mx -all"\n' + DMARC),
    ),
    "spf-dash.example": (
        "mail.spf_broken",
        to("well", more='@ IN TXT "v=spf1 mx \\226\\128\\147all"\n' + DMARC),
    ),
    "spf-all.example": ("mail.spf_broken", to("well", more='@ IN TXT "v=spf1 +all"\n' + DMARC)),
    "dmarc-typo.example": (
        "mail.dmarc_broken",
        to("well", more=SPF + '_dmarc IN TXT "v=DMARC1 p=none"\n'),
    ),
    "dmarc-policy.example": (
        "mail.dmarc_broken",
        to("well", more=SPF + '_dmarc IN TXT "v=DMARC1; p=monitor"\n'),
    ),
    "dmarc-two.example": (
        "mail.dmarc_broken",
        to("well", more=GOOD + '_dmarc IN TXT "v=DMARC1; p=reject"\n'),
    ),
    "expired.example": ("tls.expired", to("expired")),
    "halfexpired.example": ("tls.expired", to("halfexpired")),
    "soon.example": ("tls.expiring_soon", to("soon")),
    "selfsigned.example": ("tls.self_signed", to("selfsigned")),
    "othername.example": ("tls.name_mismatch", to("well") + "mail IN A {well}\n"),
    "open.example": ("tls.not_tls", to("open")),
    "hangsup.example": ("tcp.reset", to("hangsup")),
    "readonly.example": ("tcp.refused", to("readonly")),
    "sendfiltered.example": ("tcp.filtered", to("sendfiltered")),
    "wrongsending.example": ("tcp.wrong_service", to("wrongsending")),
    "no-login.example": ("mail.login_missing", to("nologin")),
    "no-login-there.example": ("mail.login_missing", to("nologinthere")),
    "refuses-tls.example": ("mail.starttls_broken", to("refusestls")),
    "twofaults.example": ("tcp.refused", to("closed", more='@ IN TXT "v=spf1 +all"\n')),
}
WELL: dict[str, str] = {
    "plain.example": to("well"),
    "incoming-only.example": to("incoming"),
    "only-465.example": to("only465"),
    "old-login.example": to("oldlogin"),
    "a-busy-mailbox.example": to("rate"),
    "alias.example": to("alias", more=GOOD),
    "patient.example": to("patient"),
    "halfway.example": to("halfway"),
    "very-patient.example": to("verypatient"),
    "pieces.example": to("pieces"),
    "routed.example": to("routed"),
    "grey.example": to("grey"),
    "our-name-is-missing.example": to("unnamed"),
    "directory.example": to("directory"),
    "screened.example": to("screened"),
    "grey-later.example": to("greylater"),
    "no-ehlo.example": to("noehlo"),
    "spf-odd.example": to(
        "well",
        more='@ IN TXT "V=SPF1 A/24//64 exp=why.%{{d}} moo=1 MX ?ALL"\n@ IN A {well}\n' + DMARC,
    ),
    "no-postmaster.example": to("nopostmaster"),
    "wordy.example": to("wordy"),
    "ten.example": to("well", more=f'@ IN TXT "v=spf1 {many(10)}-all"\n{DMARC}'),
    "two-void.example": to("well", more=f'@ IN TXT "v=spf1 {dead(2)}mx -all"\n{DMARC}'),
    "redirect.example": to(
        "well", more='@ IN TXT "v=spf1 redirect=good.spf.example"\n@ IN TXT "note"\n' + DMARC
    ),
    "pieces-of-spf.example": to(
        "well", more='@ IN TXT "v=spf1 ip4:203.0." "113.0/24 -all"\n' + DMARC
    ),
    "macro.example": to("well", more='@ IN TXT "v=spf1 exists:%{{i}}.spf.example -all"\n' + DMARC),
    "no-dmarc.example": to("well", more=SPF),
    "same-preference.example": to("well") + "@ IN MX 10 other.servers.example.\n",
    "owncert.example": "@ IN MX 10 mail\nmail IN A {well}\n" + GOOD,
    "www-typed.example": "www IN A {closed}\n" + to("well"),
    "webmail.example": to("incoming") + "mail IN A {closed}\n",
    "services.example": to("well")
    + "_imaps._tcp IN SRV 0 1 993 well.servers.example.\n_pop3s._tcp IN SRV 0 0 0 .\n"
    "_submission._tcp IN SRV 0 0 0 .\n",
    "own-include.example": to(
        "well", more='@ IN TXT "v=spf1 include:_spf.own-include.example -all"\n' + DMARC
    )
    + '_spf IN TXT "v=spf1 mx"\n',
    "everything.example": to("well") + "* IN MX 10 well.servers.example.\n* IN TXT x\n",
    "reports.example": to("well", more=SPF + '_dmarc IN TXT "v=DMARC1; rua=mailto:a@b.example"\n'),
}
_OWN = {
    "servers.example": "".join(f"{name} IN A {{{name}}}\n" for name in SERVERS)
    + "alias IN CNAME incoming\nbare IN TXT x\nprivate IN A 10.1.2.3\n",
    "spf.example": f'ten IN TXT "v=spf1 {many(10)}-all"\ngood IN TXT "v=spf1 mx -all"\n'
    "nothing IN TXT x\n"
    'loop IN TXT "v=spf1 include:back.spf.example -all"\n'
    'back IN TXT "v=spf1 include:loop.spf.example -all"\n'
    + "".join(f"h{number} IN A 192.0.2.1\n" for number in range(10)),
}
_BROKEN: dict[str, str | None] = {"broken-zone.example": None}
DOMAINS = _BROKEN | _OWN | {name: text for name, (_, text) in FAULTS.items()} | WELL
_SLOW = {
    "tls-at-once.example",
    "endless.example",
    "halfway.example",
    "mute.example",
    "patient.example",
    "very-patient.example",
    "no-log-ins.example",
}
_ALSO = ("mail.dmarc_missing", "net.icmp_blocked", "tcp.greeting_slow")
_TARGETS = {"www-typed.example": "https://www.www-typed.example/contact"}
CASES: tuple[Case, ...] = (
    *(
        Case(name, name, code, "mail", kind="mail", is_fast=name not in _SLOW)
        for name, (code, _) in FAULTS.items()
    ),
    Case("a domain that is missing", "absent.plain.example", "dns.nxdomain", "mail", kind="mail"),
    *(
        Case(
            name,
            _TARGETS.get(name, name),
            HEALTHY,
            "mail",
            kind="mail",
            also=_ALSO,
            is_fast=name not in _SLOW,
        )
        for name in WELL
    ),
    Case("a bare address", "{well}", HEALTHY, "mail", kind="mail"),
)
