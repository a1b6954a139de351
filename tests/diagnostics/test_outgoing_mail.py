"""What is read of the letters that a domain sends: keys, policies, macros, the letter itself."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from diagnostics import Options, diagnose, read_sent_letter, read_target
from diagnostics.dkim_key import is_dkim_key, read_dkim_key
from diagnostics.mta_sts import allows, is_sts_record, read_sts_policy
from diagnostics.observations import (
    BlockListObservation,
    DkimObservation,
    MtaStsObservation,
    PolicyObservation,
    SenderObservation,
    SentLetterObservation,
    SignatureTag,
)
from diagnostics.options import SentLetter
from diagnostics.rules import Evidence, conclude
from diagnostics.rules.mail.signatures import is_aligned
from diagnostics.rules.mail.spf_result import spf_result
from diagnostics.service_banners import announced_name
from diagnostics.spf_dmarc import read_dmarc, read_spf
from diagnostics.spf_macros import expand_macros, has_bad_macro
from tests.daemons.bind import BindServer
from tests.diagnostics.conftest import Lab
from tests.diagnostics.test_rules import base
from tests.scenarios.stored import FOLDER, load

SHOP = "shop.example"


def _der(bits: int) -> bytes:
    key = rsa.generate_private_key(65537, bits).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


KEY = base64.b64encode(_der(1024)).decode()


def test_a_key_that_receivers_can_use_has_no_fault() -> None:
    for text in (f"v=DKIM1; k=rsa; p={KEY}", f"p={KEY[:40]} {KEY[40:]};", f"v=DKIM1;t=s;p={KEY};"):
        read = read_dkim_key(text)
        assert (read.fault, read.bits) == (None, 1024)
    assert read_dkim_key(f"v=DKIM1; t=y:s; p={KEY}").is_test


def test_an_ed25519_key_is_one() -> None:
    raw = ed25519.Ed25519PrivateKey.generate().public_key()
    text = base64.b64encode(raw.public_bytes(Encoding.Raw, PublicFormat.Raw)).decode()
    assert read_dkim_key(f"v=DKIM1; k=ed25519; p={text}").fault is None
    assert read_dkim_key(f"v=DKIM1; k=ed25519; p={KEY}").fault == "key"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("v=DKIM1; p=", "revoked"),
        (f"v=DKIM1; k=rsa; p={KEY[:100]}", "key"),
        (f'v=DKIM1; k=rsa; p={KEY[:80]}" "{KEY[80:]}', "key"),
        ("v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----", "key"),
        (f"v=DKIM1; k=dsa; p={KEY}", "type"),
        (f"v=DKIM1; h=sha1; p={KEY}", "scope"),
        (f"v=DKIM2; p={KEY}", "syntax"),
        (f"k=rsa; v=DKIM1; p={KEY}", "syntax"),
        (f"v=DKIM1\\; k=rsa\\; p={KEY}", "syntax"),
        ("v=DKIM1; k=rsa", "syntax"),
        (f"v=DKIM1; p={KEY}; p={KEY}", "syntax"),
        ("v=DKIM1; p=" + "A" * 200_000, "key"),
    ],
)
def test_a_key_that_receivers_cannot_use_says_why(text: str, fault: str) -> None:
    assert read_dkim_key(text).fault == fault


def test_other_texts_are_no_keys() -> None:
    assert not is_dkim_key("v=spf1 -all")
    assert not is_dkim_key("hello")
    assert is_dkim_key("k=rsa; p=AAAA")


POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.shop.example\r\nmax_age: 86400\r\n"


def test_a_policy_is_read_line_by_line() -> None:
    policy = read_sts_policy(POLICY)
    assert (policy.mode, policy.mx, policy.mistake) == ("enforce", ("*.shop.example",), "")
    assert read_sts_policy("version: STSv1\nmode: none\nmax_age: 1").mistake == ""


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        (POLICY.replace("STSv1", "STSv2"), "version: STSv2"),
        (POLICY.replace("enforce", "on"), "mode: on"),
        (POLICY.replace("86400", "soon"), "max_age: soon"),
        (POLICY.replace("mx: *.shop.example\r\n", ""), "mx:"),
        (POLICY.replace("*.shop", "*.*.shop"), "mx: *.*.shop.example"),
        ("<html>404</html>", "<html>404</html>"),
        ("", "version:"),
    ],
)
def test_a_policy_that_senders_cannot_read_names_its_line(text: str, mistake: str) -> None:
    assert read_sts_policy(text).mistake == mistake


def test_a_star_in_a_policy_is_one_label() -> None:
    assert allows("*.shop.example", "MX.shop.example.")
    assert not allows("*.shop.example", "a.mx.shop.example")
    assert not allows("*.shop.example", "shop.example")
    assert is_sts_record("v=STSv1; id=20260101T000000;")
    assert not is_sts_record("v=STSv1; id=")


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("%{d}.spf.example", "mail.shop.example.spf.example"),
        ("%{d2}.spf.example", "shop.example.spf.example"),
        ("%{dr}.spf.example", "example.shop.mail.spf.example"),
        ("%{o}.spf.example", "shop.example.spf.example"),
        ("%{i}.spf.example", "%{i}.spf.example"),
        ("plain.example", "plain.example"),
    ],
)
def test_macros_that_are_the_same_for_each_letter_are_put_in(text: str, expanded: str) -> None:
    assert expand_macros(text, "mail.shop.example", SHOP) == expanded


def test_a_percent_sign_that_begins_no_macro_is_a_mistake() -> None:
    for text in ("exists:%{x}.a.example", "exists:%i.a.example", "exists:%{d0}.a.example"):
        assert has_bad_macro(text)
        assert read_spf(f"v=spf1 {text} -all").mistakes == (text,)
    assert not has_bad_macro("exists:%{ir}.%{v}._spf.%{d2}%%.example")


def test_what_stands_after_all_lets_nobody_send() -> None:
    assert read_spf("v=spf1 mx -all include:a.example").after_all == ("include:a.example",)
    assert read_spf("v=spf1 mx -all exp=why.a.example").after_all == ()
    assert read_spf("v=spf1 mx include:a.example -all").after_all == ()
    assert "mail.spf_ends_early" in _codes(_spf(SHOP, "v=spf1 ip4:192.0.2.1 ~all ip4:192.0.2.2"))


def test_dmarc_below_the_domain_has_a_policy_of_its_own() -> None:
    read = read_dmarc("v=DMARC1; p=reject; sp=none; adkim=s")
    assert read.policy_for(SHOP, SHOP) == "reject"
    assert read.policy_for(f"news.{SHOP}", SHOP) == "none"
    assert (read.is_strict_dkim, read.is_strict_spf) == (True, False)
    assert is_aligned(f"mail.{SHOP}", SHOP, is_strict=False)
    assert not is_aligned(f"mail.{SHOP}", SHOP, is_strict=True)
    assert not is_aligned("", SHOP, is_strict=False)


def test_a_server_has_a_name_where_it_says_the_same_twice() -> None:
    assert announced_name("220 mx.shop.example ESMTP", "mx.shop.example PIPELINING") == (
        "mx.shop.example"
    )
    assert announced_name("220 ready", "mx.shop.example SIZE") == ""
    assert announced_name("220 srv.corp.local Microsoft ESMTP MAIL", "srv.corp.local Hello") == ""


LETTER = (
    "Return-Path: <bounce@mail.shop.example>\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/simple; d=shop.example;\r\n"
    "\ts=may; h=from:to; bh=abc=; b=abc\r\n"
    "DKIM-Signature: v=1; a=rsa-sha256; d=provider.example; s=s1; b=abc\r\n"
    'From: "anna@home.example" <anna@Shop.Example>\r\nTo: b@other.example\r\n'
    "Subject: Order\r\n\r\nDKIM-Signature: d=inside.example; s=no;\r\n"
)


def test_a_letter_shows_its_signatures_and_its_senders() -> None:
    letter = SentLetter(
        SHOP, "mail.shop.example", ((SHOP, "may"), ("provider.example", "s1")), address=""
    )
    assert read_sent_letter(LETTER.encode()) == letter
    assert read_sent_letter(LETTER) == letter


def test_a_returned_letter_names_the_address_that_was_refused() -> None:
    notice = (
        "From: MAILER-DAEMON@mx.shop.example\nTo: anna@shop.example\n"
        "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\n\n'
        "--x\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
        "--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.shop.example\n\n"
        "Final-Recipient: rfc822; b@other.example\nAction: failed\nStatus: 5.7.25\n"
        "Diagnostic-Code: smtp; 550-5.7.25 [198.51.100.7] The IP address sending this message does"
        " not have a PTR record setup\n"
        f"--x\nContent-Type: message/rfc822\n\n{LETTER}\n--x--\n"
    )
    letter = read_sent_letter(notice)
    assert letter is not None
    assert (letter.from_domain, letter.address) == (SHOP, "198.51.100.7")
    assert letter.signatures[0] == (SHOP, "may")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        b"\xff\x00" * 500,
        "From: nobody\n\nhi",
        "From: a@b\n" + "DKIM-Signature: " + "d=" * 50_000,
        "DKIM-Signature: s=" + "a." * 90_000 + "\nFrom: a@" + "b." * 90_000,
    ],
)
def test_no_letter_breaks_the_reader(text: Any) -> None:
    begun = time.process_time()
    read_sent_letter(text)
    assert time.process_time() - begun < 5


def _base(observation_id: str, **more: Any) -> dict[str, Any]:
    return base(observation_id) | more


def _evidence(*observations: Any) -> Evidence:
    reading = read_target(SHOP, Options())
    return Evidence(reading.target, "mail", observations)


def _spf(name: str, *records: str, depth: int = 0, **more: Any) -> PolicyObservation:
    facts = {"policy": "spf", "name": name, "records": records, "depth": depth} | more
    return PolicyObservation(**_base(f"spf#{name}", **facts))


@pytest.mark.parametrize(
    ("record", "result"),
    [
        ("v=spf1 ip4:192.0.2.0/24 -all", "pass"),
        ("v=spf1 ip4:198.51.100.1 -all", "fail"),
        ("v=spf1 ip4:198.51.100.1 ~all", "softfail"),
        ("v=spf1 -ip4:192.0.2.9 +all", "fail"),
        ("v=spf1 ip4:198.51.100.1", "neutral"),
        ("v=spf1 include:in.example -all", "pass"),
        ("v=spf1 redirect=in.example", "pass"),
        ("v=spf1 include:out.example ?all", "neutral"),
        ("v=spf1 a -all", "pass"),
        ("v=spf1 a/24 -all", "pass"),
        ("v=spf1 a:gone.example -all", "fail"),
        ("v=spf1 a:unasked.example -all", None),
        ("v=spf1 exists:%{i}.x.example -all", None),
        ("v=spf1 ptr -all", None),
        ("v=spf1 include:unread.example -all", None),
    ],
)
def test_spf_says_of_an_address_what_receivers_find(record: str, result: str | None) -> None:
    own = _spf(
        SHOP,
        record,
        void_terms=("a:gone.example",),
        term_addresses={"a": ("192.0.2.9",), "a/24": ("192.0.2.200",)},
    )
    inner = _spf("in.example", "v=spf1 ip4:192.0.2.9 -all", depth=1)
    outer = _spf("out.example", "v=spf1 -all", depth=1)
    known = {policy.name: policy for policy in (own, inner, outer)}
    assert spf_result(SHOP, known, "192.0.2.9", _evidence(*known.values())) == result


def _codes(*observations: Any) -> list[str]:
    return [finding.code for finding in conclude(_evidence(*observations))[1]]


def test_one_address_of_several_with_a_good_name_accuses_nobody() -> None:
    bad = SenderObservation(
        **_base("sender@192.0.2.1", address="192.0.2.1", source="records", failure="dns_nxdomain")
    )
    unknown = bad.model_copy(update={"address": "192.0.2.2", "failure": "resolver_silent"})
    assert "mail.ptr_missing" in _codes(bad)
    assert "mail.ptr_missing" not in _codes(bad, unknown)
    assert "mail.ptr_missing" in _codes(bad.model_copy(update={"source": "named"}), unknown)


@pytest.mark.parametrize("is_listed", [False, None])
def test_a_list_that_does_not_say_so_lists_nobody(is_listed: Any) -> None:
    facts = {"zone": "bl.example", "address": "192.0.2.1", "is_listed": is_listed}
    assert "mail.block_listed" not in _codes(BlockListObservation(**_base("bl", **facts)))


def test_a_usual_selector_without_a_key_accuses_nobody() -> None:
    facts: dict[str, Any] = {"name": "x", "selector": "mail", "domain": SHOP}
    missing = DkimObservation(**_base("dkim#x", **facts, source="usual", failure="dns_nxdomain"))
    assert "mail.dkim_missing" not in _codes(missing)
    assert "mail.dkim_missing" in _codes(missing.model_copy(update={"source": "letter"}))
    empty = missing.model_copy(update={"failure": None, "records": ("v=DKIM1; p=",)})
    assert "mail.dkim_broken" not in _codes(empty)


def test_a_letter_from_another_domain_says_nothing_of_alignment() -> None:
    dmarc = PolicyObservation(
        **_base("dmarc", policy="dmarc", name=f"_dmarc.{SHOP}", records=("v=DMARC1; p=reject",))
    )
    letter = SentLetterObservation(
        **_base("letter", from_domain=SHOP, envelope_domain="provider.example")
    )
    assert "mail.dmarc_misaligned" in _codes(dmarc, letter)
    elsewhere = letter.model_copy(update={"from_domain": "other.example"})
    signed = letter.model_copy(
        update={"signatures": (SignatureTag(domain=f"mail.{SHOP}", selector="a"),)}
    )
    for aligned in (elsewhere, signed):
        assert "mail.dmarc_misaligned" not in _codes(dmarc, aligned)


def test_our_own_trouble_with_a_policy_accuses_nobody() -> None:
    facts = {"name": f"_mta-sts.{SHOP}", "records": ("v=STSv1; id=1",)}
    sts = MtaStsObservation(**_base("mta-sts", **facts, outcome="unmeasured"))
    assert "mail.mta_sts_broken" not in _codes(sts)
    assert "mail.mta_sts_broken" in _codes(sts.model_copy(update={"outcome": "no_address"}))


def test_a_policy_host_inside_is_never_dialled(lab: Lab) -> None:
    """The address policy judges `mta-sts.` as any other name."""
    lab.names(
        {
            SHOP: '@ IN MX 10 mx\nmx IN A 127.7.7.7\n@ IN TXT "v=spf1 mx -all"\n'
            '_mta-sts IN TXT "v=STSv1; id=1"\nmta-sts IN A 10.1.2.3\n'
        }
    )
    report = lab.ask(SHOP, kind="mail")
    sts = next(o for o in report.observations if isinstance(o, MtaStsObservation))
    assert (sts.outcome, sts.address) == ("no_address", "")


def test_a_domain_whose_mail_others_send_costs_few_questions_more() -> None:
    zones: dict[str, str | None] = {
        SHOP: '@ IN MX 10 mx.provider.example.\n@ IN TXT "v=spf1 include:provider.example -all"\n',
        "provider.example": '@ IN TXT "v=spf1 -all"\nmx IN A 127.7.7.7\n',
        "127.in-addr.arpa": "",
    }
    with BindServer(zones) as bind:
        reading = read_target(SHOP, Options())
        options = Options(resolvers=(bind.resolver,))
        report = diagnose(reading.target, kind="mail", options=options).report
    kinds = [o.probe for o in report.observations]
    assert "sender" not in kinds
    assert kinds.count("mta_sts") == 1
    assert "dkim" not in kinds


@pytest.mark.parametrize("name", ["outgoing-no-name-example", "outgoing-key-missing-example"])
def test_a_finding_goes_where_its_evidence_goes(name: str) -> None:
    scenario = load(FOLDER / name)
    code = scenario.expected[1].split()[-1]
    kept = tuple(o for o in scenario.observations if o.probe not in {"sender", "dkim"})
    assert not any(code in line for line in scenario.conclude(kept))
