"""A domain's mail: records read term by term, what follows for it, and what never does."""

from __future__ import annotations

from typing import Any

import pytest

from diagnostics import Failure, facts_of, read_target
from diagnostics.fact_values import mail_facts
from diagnostics.observations import (
    DnsObservation,
    Exchanger,
    MxObservation,
    Observation,
    PolicyObservation,
    TcpObservation,
)
from diagnostics.rules import Evidence, conclude
from diagnostics.spf_dmarc import is_dmarc, is_spf, read_dmarc, read_spf
from tests.diagnostics.conftest import Lab
from tests.diagnostics.test_rules import NOW, base
from tests.scenarios.stored import FOLDER, load

HOST, MX, A, B = "shop.example", "mx.shop.example", "192.0.2.25", "192.0.2.26"


@pytest.mark.parametrize(
    "record",
    [
        "v=spf1 -all",
        "v=spf1 mx a ip4:203.0.113.0/24 ip6:2001:db8::/32 include:_spf.mail.example ~all",
        "V=SPF1 A:mail.shop.example/24 MX/24//64 ?all",
        "v=spf1 a//64 ptr:shop.example exists:%{i}._spf.%{d} -all",
        "v=spf1 redirect=_spf.mail.example",
        "v=spf1 exp=explain.shop.example note=anything -all",
        "v=spf1",
    ],
)
def test_a_good_record_has_no_mistakes(record: str) -> None:
    assert is_spf(record)
    assert read_spf(record).mistakes == ()


@pytest.mark.parametrize(
    ("record", "mistake"),
    [
        ("v=spf1 ipv4:203.0.113.5 -all", "ipv4:203.0.113.5"),
        ("v=spf1 ip4:203.0.113 -all", "ip4:203.0.113"),
        ("v=spf1 ip4:2001:db8::1 -all", "ip4:2001:db8::1"),
        ("v=spf1 ip6:203.0.113.5 -all", "ip6:203.0.113.5"),
        ("v=spf1 ip4:203.0.113.0/33 -all", "ip4:203.0.113.0/33"),
        ("v=spf1 a:203.0.113.5 -all", "a:203.0.113.5"),
        ("v=spf1 include -all", "include"),
        ("v=spf1 include: spf.example -all", "include:"),
        ("v=spf1 ++all", "++all"),
        ("v=spf1 - all", "-"),
        ("v=spf1 mx,a -all", "mx,a"),
        ("v=spf1 redirect=a.example redirect=b.example", "redirect="),
    ],
)
def test_a_term_that_nobody_can_read_is_a_mistake(record: str, mistake: str) -> None:
    assert mistake in read_spf(record).mistakes


@pytest.mark.parametrize("text", ["v=spf10 mx", "v=spf1;mx", "spf1 mx", "v=DMARC1", ""])
def test_other_texts_are_no_spf_records(text: str) -> None:
    assert not is_spf(text)


def test_terms_that_ask_are_counted_and_a_redirect_beside_all_is_not() -> None:
    assert read_spf("v=spf1 a mx ptr exists:x.example include:y.example ip4:192.0.2.1").lookups == 5
    assert read_spf("v=spf1 redirect=y.example").leads_to == ("y.example",)
    beside = read_spf("v=spf1 redirect=y.example -all")
    assert (beside.lookups, beside.leads_to) == (0, ())
    macro = read_spf("v=spf1 include:%{d2}.spf.example -all")
    assert (macro.lookups, macro.leads_to) == (1, ())


@pytest.mark.parametrize(
    ("record", "policy", "mistake"),
    [
        ("v=DMARC1; p=none", "none", ""),
        ("v=DMARC1;p=Reject;rua=mailto:a@shop.example;", "reject", ""),
        ("v=DMARC1; p=quarantine; pct=50; sp=none", "quarantine", ""),
        ("v=DMARC1; rua=mailto:a@shop.example", "none", ""),
        ("v=DMARC1", None, "p="),
        ("v=DMARC1 p=none", None, "v=DMARC1 p=none"),
        ("v=dmarc1; p=none", None, "v=dmarc1"),
        ("p=none; v=DMARC1", None, "p=none"),
        ("v=DMARC1; p=monitor", None, "p=monitor"),
        ("v=DMARC1; none", None, "none"),
    ],
)
def test_a_dmarc_record_tag_by_tag(record: str, policy: str | None, mistake: str) -> None:
    assert is_dmarc(record)
    read = read_dmarc(record)
    assert (read.policy, read.mistake) == (policy, mistake)


def mx(*hosts: str) -> MxObservation:
    servers = tuple(Exchanger(preference=10 * n, host=one) for n, one in enumerate(hosts, 1))
    return MxObservation(**base("mx"), name=HOST, exchangers=servers)


def found(host: str, address: str) -> DnsObservation:
    return DnsObservation(**base(f"dns-a#{host}"), name=host, record_type="A", records=(address,))


def smtp(address: str = A, failure: Failure | None = None, greeting: str | None = None) -> Any:
    return TcpObservation(
        **base(f"tcp-25@{address}"),
        address=address,
        port=25,
        host=MX,
        service="smtp",
        failure=failure,
        greeting=greeting,
    )


def policy(name: str, *records: str, depth: int = 0, **more: Any) -> PolicyObservation:
    kind: Any = "dmarc" if name.startswith("_dmarc") else "spf"
    return PolicyObservation(
        **base(f"{kind}#{name}"), policy=kind, name=name, records=records, depth=depth, **more
    )


SOUND: tuple[Observation, ...] = (
    policy(HOST, "v=spf1 mx -all"),
    policy(f"_dmarc.{HOST}", "v=DMARC1; p=none"),
)


def told(*seen: Observation) -> tuple[str, list[str]]:
    evidence = Evidence(read_target(HOST).target, "mail", (*SOUND, *seen))
    verdict, findings = conclude(evidence)
    return verdict, [f"{one.severity} {one.code}" for one in findings]


@pytest.mark.parametrize(
    "failure",
    [
        *(Failure.TCP_SILENT, Failure.TCP_HOST_UNREACHABLE, Failure.TCP_NO_ROUTE),
        *(Failure.TCP_PROHIBITED, Failure.VANTAGE_NO_ROUTE, Failure.VANTAGE_NO_TIME),
    ],
)
def test_silence_on_port_25_alone_accuses_nobody(failure: Failure) -> None:
    """Our own network may let nothing out to that port."""
    seen = (mx(MX, "b.example"), found(MX, A), found("b.example", B))
    both = (smtp(failure=failure), smtp(B, failure=failure))
    assert told(*seen, *both) == ("inconclusive", ["info mail.smtp_unmeasured"])


def test_silence_beside_a_server_that_answers_is_the_silent_ones() -> None:
    seen = (mx(MX, "b.example"), found(MX, A), found("b.example", B), smtp(greeting="220 mx"))
    silent = smtp(B, failure=Failure.TCP_SILENT)
    assert told(*seen, silent) == ("degraded", ["warning mail.mx_silent"])


def test_a_server_is_critical_only_when_no_other_may_take_the_mail() -> None:
    seen = (mx(MX, "b.example"), found(MX, A), found("b.example", B))
    refused = smtp(failure=Failure.TCP_REFUSED)
    unheard = smtp(B, failure=Failure.TCP_SILENT)
    verdict, findings = told(*seen, refused, unheard)
    assert verdict == "inconclusive"
    assert findings == ["warning tcp.refused", "info mail.smtp_unmeasured"]
    assert told(*seen, refused, smtp(B, failure=Failure.TCP_REFUSED))[0] == "fault"


@pytest.mark.parametrize(
    "greeting",
    [
        "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example",
        "421 Your IP has a poor reputation",
        "554 5.7.1 no PTR for you",
    ],
)
def test_a_refusal_of_our_own_address_accuses_nobody(greeting: str) -> None:
    seen = (mx(MX), found(MX, A), smtp(greeting=greeting))
    assert told(*seen) == ("inconclusive", ["info mail.smtp_unmeasured"])


def test_a_record_that_our_resolver_could_not_fetch_is_not_missing() -> None:
    lost = policy(HOST, failure=Failure.RESOLVER_SILENT)
    seen = (mx(MX), found(MX, A), smtp(greeting="220 mx"))
    evidence = Evidence(read_target(HOST).target, "mail", (lost, SOUND[1], *seen))
    assert conclude(evidence)[0] == "healthy"
    assert "spf" not in mail_facts(evidence, NOW)


@pytest.mark.parametrize(
    ("own", "included", "expected"),
    [
        ("v=spf1 include:b.example -all", f"v=spf1 include:{HOST} -all", "critical"),
        (f"v=spf1 include:{HOST} -all", "", "critical"),
        # Whoever matches before the circle gets through.
        ("v=spf1 mx include:b.example -all", f"v=spf1 include:{HOST} -all", "warning"),
        ("v=spf1 -all include:b.example", f"v=spf1 include:{HOST} -all", None),
    ],
)
def test_includes_in_a_circle_are_an_error(own: str, included: str, expected: str | None) -> None:
    records = [policy(HOST, own)]
    if included:
        records.append(policy("b.example", included, depth=1))
    seen = (*records, SOUND[1], mx(MX), found(MX, A), smtp(greeting="220 mx"))
    findings = conclude(Evidence(read_target(HOST).target, "mail", seen))[1]
    broken = [finding for finding in findings if finding.code == "mail.spf_broken"]
    assert [finding.severity for finding in broken] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("record", "void", "expected"),
    [
        ("v=spf1 a:x.example a:y.example a:z.example mx -all", "xyz", "critical"),
        ("v=spf1 mx a:x.example a:y.example a:z.example -all", "xyz", "warning"),
        ("v=spf1 a:x.example a:y.example a:z.example -all", "xyz", "critical"),
        ("v=spf1 a:x.example a:y.example mx -all", "xy", None),
        ("v=spf1 a:x.example a:y.example mx -all a:z.example", "xyz", None),
    ],
)
def test_more_than_two_void_terms_are_an_error(
    record: str, void: str, expected: str | None
) -> None:
    own = policy(HOST, record, void_terms=tuple(f"a:{letter}.example" for letter in void))
    seen = (own, SOUND[1], mx(MX), found(MX, A), smtp(greeting="220 mx"))
    findings = conclude(Evidence(read_target(HOST).target, "mail", seen))[1]
    broken = [finding for finding in findings if finding.code == "mail.spf_broken"]
    assert [finding.severity for finding in broken] == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("scenario", "facts"),
    [
        ("plain", {"mx": "yes", "mx-count": 1, "smtp": "open", "spf": "one", "imaps": "open"}),
        ("nomail", {"mx": "no", "mx-count": 0, "spf": "one", "dmarc": "none"}),
        ("incoming-only", {"submission": "refused", "imaps": "refused", "dmarc": "none-policy"}),
        ("all-prohibited", {"smtp": "prohibited"}),
        ("all-silent", {"smtp": "silent", "submission": "open"}),
        ("spf-two", {"spf": "several"}),
        ("spf-typo", {"spf": "broken"}),
        ("spf-none", {"spf": "none"}),
        ("dmarc-two", {"dmarc": "broken"}),
        ("expired", {"certificate-days-left": -3, "submissions": "open"}),
    ],
)
def test_facts_for_conditions(scenario: str, facts: dict[str, Any]) -> None:
    """Each is one that a checklist may name, and says only what it may."""
    evidence = load(FOLDER / f"mail-{scenario}-example").evidence()
    measured = mail_facts(evidence, evidence.observations[0].started_at)
    assert {name: measured[name] for name in facts if name in measured} == facts
    known = facts_of("mail")
    for name, value in measured.items():
        assert known[name].is_number or value in (known[name].values or ())


def test_codes_of_pages_are_none_of_mail_and_the_other_way_round() -> None:
    for kind in ("mail", "site", "server"):
        values = facts_of(kind)["finding"].values or ()
        assert ("mail.no_mx" in values) is (kind == "mail")
        assert ("http.forbidden" in values) is (kind != "mail")


def test_mail_goes_to_the_domain_of_a_site(lab: Lab) -> None:
    lab.names({"shop.example": "@ IN MX 0 .\n"})
    report = lab.ask("https://www.shop.example/contact", kind="mail")
    assert report.target.host == "shop.example"
    assert report.findings[0].code == "mail.null_mx"
