"""Names that were completed by mistake: what was meant, and what is no mistake."""

from __future__ import annotations

import time

import pytest

from diagnostics import Report, finding_text
from diagnostics.rules.dns.final_dot import name_without_reverse_zone, name_without_zone
from tests.diagnostics.conftest import Lab

SPF = '@ IN TXT "v=spf1 mx -all"\n'


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mail.shop.example.2.0.192.in-addr.arpa", "mail.shop.example"),
        ("mail.shop.example.0-127.2.0.192.in-addr.arpa", "mail.shop.example"),
        ("mail.shop.example.0.0.8.b.d.0.1.0.0.2.ip6.arpa", "mail.shop.example"),
        ("7.2.0.192.in-addr.arpa", ""),
        ("mail.2.0.192.in-addr.arpa", ""),  # one label: which domain it means is not known
        ("mail.shop.example", ""),
        ("in-addr.arpa.shop.example", ""),
    ],
)
def test_a_pointer_that_its_own_zone_was_added_to(name: str, meant: str) -> None:
    assert name_without_reverse_zone(name) == meant


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("mail.shop.example.shop.example", "mail.shop.example"),
        ("mx.isp.net.shop.example", "mx.isp.net"),
        ("mail.shop.example", ""),
        ("mail.eu.shop.example", ""),
        ("elsewhere.example", ""),
    ],
)
def test_a_name_that_the_zone_was_added_to(name: str, meant: str) -> None:
    assert name_without_zone(name, "shop.example") == meant


def test_long_names_are_judged_at_once() -> None:
    started = time.monotonic()
    for part in ("1.", "a.", "1.a."):
        name_without_reverse_zone(part * 120 + "in-addr.arpa")
        name_without_reverse_zone(part * 120 + "x")
    assert time.monotonic() - started < 1


def _variant(report: Report, code: str) -> str:
    (finding,) = [finding for finding in report.findings if finding.code == code]
    for language in ("en", "ru"):
        text = finding_text(finding, "ru" if language == "ru" else "en")
        assert "…" not in text.title + text.explanation + text.remedy
    return str(finding.parameters["variant"])


def test_a_record_at_a_doubled_name_is_told(lab: Lab) -> None:
    lab.names({"shop.example": '_dmarc.shop.example IN TXT "v=DMARC1; p=none"\n' + SPF})
    assert _variant(lab.ask("shop.example", kind="mail"), "mail.dmarc_missing") == "doubled"


def test_another_text_at_the_doubled_name_is_no_lost_record(lab: Lab) -> None:
    lab.names({"shop.example": f'* IN TXT "v=verify"\n{SPF}'})
    assert _variant(lab.ask("shop.example", kind="mail"), "mail.dmarc_missing") == ""
