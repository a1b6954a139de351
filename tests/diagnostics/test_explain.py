"""What a browser shows, against what was measured: agreeing, contradicting, or unknown."""

from __future__ import annotations

from datetime import UTC, datetime
from string import Formatter
from typing import Any

import pytest

from diagnostics import CODES, SYMPTOMS, Finding, Report, explain_browser_error, read_target
from diagnostics.catalogue.files import load

TABLE = load("browser_errors")


def report(*codes: str, verdict: Any = None) -> Report:
    findings = tuple(
        Finding(code=code, subject="shop.example", **CODES[code].model_dump()) for code in codes
    )
    return Report(
        target=read_target("shop.example").target,
        kind="site",
        verdict=verdict or ("fault" if codes else "healthy"),
        findings=findings,
        observations=(),
        started_at=datetime(2026, 11, 22, tzinfo=UTC),
        duration_s=1.0,
    )


HEALTHY = report()

AGREEING = [
    ("ERR_CONNECTION_REFUSED", "tcp.refused"),
    ("This site can’t be reached. shop.example refused to connect.", "tcp.refused"),
    (
        "Не удается получить доступ к сайту. Сайт shop.example отказывает в подключении",
        "tcp.refused",
    ),
    ("DNS_PROBE_FINISHED_NXDOMAIN", "dns.nxdomain"),
    ("Hmm. We’re having trouble finding that site.", "dns.servfail"),
    ("Не удаётся найти IP-адрес сервера shop.example", "dns.no_address"),
    ("ERR_CONNECTION_TIMED_OUT", "tcp.filtered"),
    ("Превышено время ожидания ответа от сайта", "net.host_unreachable"),
    ("NS_ERROR_NET_TIMEOUT", "tcp.no_answer"),
    ("ERR_CONNECTION_RESET", "tcp.reset"),
    ("PR_END_OF_FILE_ERROR", "tcp.reset"),
    ("Соединение было сброшено", "tcp.reset"),
    ("ERR_ADDRESS_UNREACHABLE", "net.no_route"),
    ("NET::ERR_CERT_DATE_INVALID", "tls.expired"),
    ("SEC_ERROR_EXPIRED_CERTIFICATE", "tls.expired"),
    ("NET::ERR_CERT_COMMON_NAME_INVALID", "tls.name_mismatch"),
    ("SSL_ERROR_BAD_CERT_DOMAIN", "tls.name_mismatch"),
    ("NET::ERR_CERT_AUTHORITY_INVALID", "tls.self_signed"),
    ("SEC_ERROR_UNKNOWN_ISSUER", "tls.incomplete_chain"),
    ("Ваше подключение не является закрытым", "tls.untrusted_issuer"),
    ("This Connection Is Not Private", "tls.expired"),
    ("ERR_SSL_VERSION_OR_CIPHER_MISMATCH", "tls.obsolete_protocol"),
    ("SSL_ERROR_RX_RECORD_TOO_LONG", "tls.not_tls"),
    ("ERR_TOO_MANY_REDIRECTS", "http.redirect_loop"),
    ("Слишком много переадресаций", "http.redirect_loop"),
    ("502 Bad Gateway nginx", "http.bad_gateway"),
    ("HTTP ERROR 503", "http.unavailable"),
    ("ошибка 504", "http.gateway_timeout"),
    ("404", "http.not_found"),
    ("HTTP ERROR 500", "http.server_error"),
    ("белый экран", "http.empty_page"),
    ("Welcome to nginx!", "http.default_page"),
    ("refused", "tcp.refused"),
    ("timed-out", "tcp.filtered"),
    ("security-warning", "tls.expired"),
    ("blank", "http.empty_page"),
]


@pytest.mark.parametrize(("shown", "code"), AGREEING)
def test_what_agrees(shown: str, code: str) -> None:
    for language in ("en", "ru"):
        told = explain_browser_error(shown, report(code), language)
        assert told.agrees is True
        assert told.codes == (code,)
        assert all(told.follows)


@pytest.mark.parametrize("shown", [shown for shown, _ in AGREEING])
def test_what_contradicts_a_healthy_measurement(shown: str) -> None:
    for language in ("en", "ru"):
        told = explain_browser_error(shown, HEALTHY, language)
        assert told.agrees is False
        assert told.codes
        assert not any(part.count("{") for part in told.follows)


def test_refused_and_we_connect() -> None:
    told = explain_browser_error("ERR_CONNECTION_REFUSED", HEALTHY)
    assert "firewall has banned your address" in told.follows.explanation
    assert (
        "блокиров" in explain_browser_error("ERR_CONNECTION_REFUSED", HEALTHY, "ru").follows.remedy
    )


def test_another_fault_leads() -> None:
    told = explain_browser_error("ERR_CONNECTION_REFUSED", report("tls.expired"))
    assert told.agrees is False
    assert "certificate" in told.follows.explanation


def test_a_consequence_agrees_too() -> None:
    one = report("tls.name_mismatch").findings[0]
    cause = report("http.default_page").findings[0]
    both = HEALTHY.model_copy(
        update={
            "verdict": "fault",
            "findings": (cause.model_copy(update={"consequences": (one,)}),),
        }
    )
    assert explain_browser_error("ERR_CERT_COMMON_NAME_INVALID", both).agrees is True


@pytest.mark.parametrize(
    "shown",
    [
        "ERR_INTERNET_DISCONNECTED",
        "Нет подключения к интернету",
        "ERR_PROXY_CONNECTION_FAILED",
        "ERR_BLOCKED_BY_CLIENT",
        "DNS_PROBE_FINISHED_BAD_CONFIG",
        "Your clock is behind",
    ],
)
def test_the_customers_own_side(shown: str) -> None:
    told = explain_browser_error(shown, HEALTHY)
    assert told.agrees is False
    assert told.codes == ()
    assert told.kind.startswith("own-")


@pytest.mark.parametrize("shown", ["", "it is broken", "всё плохо", "{0}", "<b>x</b>", "x" * 9999])
def test_what_nobody_knows(shown: str) -> None:
    told = explain_browser_error(shown, report("tcp.refused"))
    assert told.agrees is None
    assert told.codes == ()
    assert all(told.follows)


def test_inconclusive_says_nothing() -> None:
    assert explain_browser_error("ERR_TIMED_OUT", report(verdict="inconclusive")).agrees is None


def test_the_table_is_whole() -> None:
    kinds, words = TABLE["kinds"], TABLE["words"]
    assert set(kinds) >= set(SYMPTOMS), "every symptom is understood"
    for row in kinds.values():
        for code in row["codes"]:
            assert code in CODES or code.endswith(".*")
        assert all(sign == sign.lower() for sign in row["signs"])
    for row in words.values():
        assert set(row) == {"en", "ru"}
        for said in row.values():
            for text in said.values():
                fields = {name for _, name, _, _ in Formatter().parse(text) if name}
                assert fields <= {"subject", "title", "remedy"}
