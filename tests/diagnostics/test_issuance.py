"""Who may renew a certificate, and the status that one promises: real BIND and nginx."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from cryptography import x509

from diagnostics import Report, finding_text, summarise
from diagnostics.failures import Failure
from diagnostics.rules.encryption.tls import certificate_is_expired
from diagnostics.rules.evidence import Evidence
from diagnostics.spf_dmarc import is_nearly_spf
from tests.daemons.certificates import DAY, CertificateFiles
from tests.diagnostics.conftest import Lab

HOST = "www.shop.example"
_TO_HTTPS = "if ($scheme = http) { return 301 https://$host$request_uri; }"
Serve = Callable[..., Report]


@pytest.fixture
def serve(lab: Lab) -> Serve:
    def serve_(files: CertificateFiles, records: str, inside: str = "") -> Report:
        site = lab.nginx(inside, certificate=files)
        lab.names({"shop.example": f"www IN A {site.address}\n{records}"})
        return lab.ask(f"https://{HOST}/")

    return serve_


def by_encrypt(lab: Lab, ends: timedelta) -> CertificateFiles:
    below = lab.authority.intermediate("R98", organisation="Let's Encrypt")
    return below.issue(HOST, begins=-80 * DAY, ends=ends)


def lead(report: Report) -> tuple[str, str]:
    first = report.findings[0]
    return first.code, str(first.parameters.get("variant", ""))


def test_a_record_of_the_domain_above_forbids_the_issuer(lab: Lab, serve: Serve) -> None:
    report = serve(by_encrypt(lab, -2 * DAY), '@ IN CAA 0 issue "other-ca.example"\n')
    assert lead(report) == ("tls.expired", "caa")
    words = finding_text(report.findings[0], "en")
    assert 'CAA at shop.example says issue "other-ca.example"' in words.explanation
    assert "letsencrypt.org" in words.remedy
    lines = [summarise(observation, "en").text for observation in report.observations]
    assert 'shop.example says who may issue certificates: issue "other-ca.example"' in lines


@pytest.mark.parametrize(
    "records",
    [
        '@ IN CAA 0 issue "letsencrypt.org; validationmethods=http-01"\n',
        '@ IN CAA 0 iodef "mailto:a@shop.example"\n',
        '@ IN CAA 0 issue "other-ca.example"\nwww IN CAA 0 issue "letsencrypt.org"\n',
        '@ IN CAA 0 issue "letsencrypt.org"\n@ IN CAA 0 issuewild ";"\n',
    ],
)
def test_records_that_let_the_issuer_do_it_are_no_reason(
    lab: Lab, serve: Serve, records: str
) -> None:
    assert lead(serve(by_encrypt(lab, -2 * DAY), records)) == ("tls.expired", "")


def test_an_issuer_that_is_not_known_is_forbidden_nothing(lab: Lab, serve: Serve) -> None:
    below = lab.authority.intermediate("R97", organisation="Nobody's Authority")
    files = below.issue(HOST, ends=-2 * DAY)
    assert lead(serve(files, '@ IN CAA 0 issue "other-ca.example"\n')) == ("tls.expired", "")


def test_a_certificate_in_time_costs_no_question(lab: Lab, serve: Serve) -> None:
    report = serve(by_encrypt(lab, 60 * DAY), '@ IN CAA 0 issue "other-ca.example"\n')
    assert report.verdict == "healthy"
    assert "caa" not in {observation.probe for observation in report.observations}


def test_a_status_that_can_not_be_seen_is_not_missed(lab: Lab) -> None:
    """TLS 1.3 encrypts it, so nothing is known of a server that speaks nothing else."""
    feature = x509.TLSFeature([x509.TLSFeatureType.status_request])
    files = lab.authority.issue(HOST, extensions=(feature,))
    site = lab.nginx("ssl_protocols TLSv1.3;", certificate=files)
    lab.names({"shop.example": f"www IN A {site.address}\n"})
    assert lab.ask(f"https://{HOST}/").verdict == "healthy"


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [
        ('"v=spf1 mx -all"', True),
        ("v=spf1; mx; -all", True),
        (" v=spf1 mx -all", True),
        ("v = spf1 mx -all", True),
        ("spf2.0/pra mx -all", False),
        ("v=spf1 mx -all", False),
        ("v=DKIM1; p=", False),
    ],
)
def test_what_is_meant_as_spf_and_is_not_read(text: str, *, is_meant: bool) -> None:
    assert is_nearly_spf(text) is is_meant


@pytest.mark.parametrize(
    ("inside", "variant"),
    [
        ("location ~ /[.] { deny all; }", "unproved_path"),
        ("location /.well-known/ { return 500; }", "unproved_path"),
        ("location /.well-known/ { return 404; }", ""),
        # Who turns us away everywhere may mean us.
        ("location / { return 403; }", ""),
        (f"{_TO_HTTPS} location /.well-known/ {{ return 403; }}", "unproved_path"),
    ],
)
def test_a_site_that_can_not_prove_itself(
    lab: Lab, serve: Serve, inside: str, variant: str
) -> None:
    """Its issuer reads a file by plain http, redirects included (RFC 8555, section 8.3)."""
    report = serve(by_encrypt(lab, -2 * DAY), "", inside)
    assert lead(report) == ("tls.expired", variant)


def test_questions_for_caa_that_are_answered_with_an_error(lab: Lab, serve: Serve) -> None:
    report = serve(by_encrypt(lab, -2 * DAY), "")
    seen = [
        o.model_copy(update={"failure": Failure.DNS_SERVFAIL}) if o.probe == "caa" else o
        for o in report.observations
    ]
    evidence = Evidence(report.target, "site", tuple(seen))
    (finding,) = certificate_is_expired(evidence)
    assert finding.parameters["variant"] == "caa_unanswered"
    assert "SERVFAIL" in finding_text(finding, "ru").explanation
