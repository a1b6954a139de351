"""Whether a real mail server would take a letter, and what its STARTTLS shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest

from diagnostics import Report, finding_text, summarise
from diagnostics.observations import DeliveryObservation
from tests.daemons.certificates import DAY, Authority
from tests.daemons.dovecot import DOVECOT, DovecotServer
from tests.daemons.loopback import free_address
from tests.daemons.postfix import POSTFIX, PostfixServer, tls_options
from tests.diagnostics.conftest import Lab, codes
from tests.fakes.hostile_http import HostileServer
from tests.lab.mail import talks

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(os.geteuid() != 0, reason="ports below 1024 need root"),
]
_needs_dovecot = pytest.mark.skipif(DOVECOT is None, reason="dovecot is not installed")
SHOP = "shop.example"
GOOD = '@ IN TXT "v=spf1 mx -all"\n_dmarc IN TXT "v=DMARC1; p=none"\n'


def ask(
    lab: Lab, address: str, *servers: AbstractContextManager[object], domain: str = SHOP
) -> Report:
    """Let a domain's mail go to one address, and diagnose it."""
    lab.names({domain: f"@ IN MX 10 mx\nmx IN A {address}\n{GOOD}"})
    for server in servers:
        lab.enter(server)
    return lab.ask(domain, kind="mail")


def delivery(report: Report) -> DeliveryObservation:
    return next(o for o in report.observations if isinstance(o, DeliveryObservation))


@pytest.fixture(scope="module")
def postfix(authority: Authority) -> Iterator[dict[str, str]]:
    """Addresses of one Postfix, by what is special about it there."""
    if POSTFIX is None:
        pytest.skip("postfix is not installed")
    blocked = "check_client_access static:{554 5.7.1 blocked by zen.lab}"
    moods = {
        "plain": {},
        "full": {"queue_minfree": "1000000000000000"},
        "blocks": {"smtpd_recipient_restrictions": blocked},
        "filter gone": {
            "smtpd_milters": "inet:127.0.0.1:1",
            "milter_default_action": "tempfail",
        },
        "old certificate": tls_options(authority.issue(f"mx.{SHOP}", ends=-2 * DAY)),
    }
    places = {mood: free_address() for mood in moods}
    with PostfixServer(SHOP, {places[mood]: options for mood, options in moods.items()}):
        yield places


def test_a_server_that_serves_the_domain_takes_a_letter_and_gets_none(
    lab: Lab, postfix: dict[str, str]
) -> None:
    report = ask(lab, postfix["plain"])
    assert report.verdict == "healthy"
    assert delivery(report).is_taken
    assert [step.command for step in delivery(report).steps] == ["EHLO", "MAIL", "RCPT"]


def test_a_server_that_does_not_know_the_domain_is_named(lab: Lab, postfix: dict[str, str]) -> None:
    report = ask(lab, postfix["plain"], domain="other.example")
    assert (report.verdict, codes(report)[0]) == ("fault", "mail.relay_denied")
    assert "Relay access denied" in finding_text(report.findings[0], "en").explanation


def test_a_full_disk_is_named_before_the_recipient(lab: Lab, postfix: dict[str, str]) -> None:
    assert codes(ask(lab, postfix["full"]))[0] == "mail.storage_full"


def test_a_filter_that_is_down_is_told_from_greylisting(lab: Lab, postfix: dict[str, str]) -> None:
    """Postfix answers each sender with the words that greylisting uses, before the recipient."""
    report = ask(lab, postfix["filter gone"])
    assert (report.verdict, codes(report)[0]) == ("fault", "mail.server_error")
    assert report.findings[0].parameters["variant"] == "filter"


def test_a_refusal_by_a_block_list_accuses_nobody(lab: Lab, postfix: dict[str, str]) -> None:
    report = ask(lab, postfix["blocks"])
    assert report.verdict == "inconclusive"
    assert codes(report)[0] == "mail.smtp_unmeasured"


@_needs_dovecot
def test_an_expired_certificate_behind_starttls_is_named(lab: Lab, postfix: dict[str, str]) -> None:
    """Reading mail works, sending fails: the sending server shows its old certificate."""
    address = postfix["old certificate"]
    report = ask(lab, address, DovecotServer(address, lab.authority.issue(f"mx.{SHOP}")))
    assert (report.verdict, codes(report)[0]) == ("degraded", "tls.expired")
    assert report.findings[0].subject == f"mx.{SHOP}:587"
    ports = {o.port for o in report.observations if o.probe == "tls" and o.failure is None}
    assert ports == {25, 587, 143, 110, 993}
    assert delivery(report).is_encrypted


@_needs_dovecot
def test_one_bad_certificate_on_three_ports_is_said_once(lab: Lab) -> None:
    address = free_address()
    files = lab.authority.issue(f"mx.{SHOP}", ends=-2 * DAY)
    server = HostileServer(talks(), (25, 587), address)
    report = ask(lab, address, server, DovecotServer(address, files))
    assert codes(report).count("tls.expired") == 1


def test_nothing_is_said_to_a_server_where_the_operator_forbids_it(lab: Lab) -> None:
    lab.options = replace(lab.options, mail_dialogue=False)
    with HostileServer(talks(), (25,)) as server:
        report = ask(lab, server.address)
    assert server.received == b""
    assert report.verdict == "healthy"
    assert not [o for o in report.observations if isinstance(o, DeliveryObservation)]


def test_a_server_that_answers_garbage_is_harmless(lab: Lab) -> None:
    with HostileServer(talks(EHLO="250-\x1b[31m" + "x" * 5000 + "\r\n250 \x00"), (25,)) as server:
        report = ask(lab, server.address)
    for observation in report.observations:
        assert "\x1b" not in summarise(observation, "en").text


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "RCPT"])
def test_a_server_that_speaks_nonsense_in_between_accuses_nobody(lab: Lab, verb: str) -> None:
    nonsense = talks(**{verb: "not smtp"})  # type: ignore[arg-type]
    with HostileServer(nonsense, (25,)) as server:
        report = ask(lab, server.address)
    assert report.verdict in {"healthy", "inconclusive"}
    assert not [finding for finding in report.findings if finding.severity == "critical"]
