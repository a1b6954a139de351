"""
What conditions of a checklist may ask about a diagnosis: each fact's name, values and meaning.

A fact that was not measured is absent: unknown, and neither zero nor no.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import JsonValue

from diagnostics.catalogue import CODES, FINDING_LAYERS, MAIL_SYMPTOMS, SYMPTOMS, Layer
from diagnostics.observations import (
    HttpObservation,
    PingObservation,
    RegistrationObservation,
    TlsObservation,
)
from diagnostics.options import MAIL_PORTS, SERVICE_PORTS
from diagnostics.rules import Evidence, mail
from diagnostics.targets import TargetKind

_BOTH: tuple[TargetKind, ...] = ("site", "server")
_SITE: tuple[TargetKind, ...] = ("site",)
_SERVER: tuple[TargetKind, ...] = ("server",)
_MAIL: tuple[TargetKind, ...] = ("mail",)
_YES_NO = ("yes", "no")
_PORT = ("open", "refused", "silent", "prohibited")


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One fact: what it may say, and what it means.

    `values` are all there are, None when it may be any text; `is_number` facts are compared by
    ranges, counted in `unit`. `has_several`: it may say more than one thing at once.
    """

    kinds: tuple[TargetKind, ...]
    en: str
    ru: str
    values: tuple[str, ...] | None = None
    is_number: bool = False
    unit: str = ""
    has_several: bool = False

    def says(self, language: str) -> str:
        """What it means, as the end of "our check found"."""
        return self.ru if language == "ru" else self.en


def _conclusions(kinds: tuple[TargetKind, ...], foreign: Layer) -> dict[str, Fact]:
    """What every diagnosis concludes; codes of the foreign layer are none of its own."""
    codes = {code: info for code, info in CODES.items() if info.layer != foreign}
    layers = tuple(layer for layer in FINDING_LAYERS if layer != foreign)
    fixers = ("customer", "hosting", "registrar", "network")
    verdicts = ("healthy", "degraded", "fault", "inconclusive")
    return {
        "finding": Fact(kinds, "a finding", "вывод", tuple(codes), has_several=True),
        "cause": Fact(kinds, "the root cause", "главная причина", tuple(codes)),
        "layer": Fact(kinds, "the layer of the cause", "уровень причины", layers),
        "severity": Fact(kinds, "the severity", "серьёзность", ("critical", "warning", "info")),
        "verdict": Fact(kinds, "the verdict", "итог", verdicts),
        "fixer": Fact(kinds, "who can fix it", "кто исправит", fixers),
    }


_CERTIFICATE = ("days until the certificate runs out", "дней до конца сертификата")
FACTS: Mapping[str, Fact] = {
    **_conclusions(_BOTH, "mail"),
    "symptom": Fact(_BOTH, "what a browser shows", "что показывает браузер", tuple(SYMPTOMS)),
    "status": Fact(_BOTH, "the page's status code", "код ответа страницы", is_number=True),
    "ping": Fact(_BOTH, "ping", "ping", ("answers", "silent")),
    "loss-percent": Fact(_BOTH, "lost packets", "потери пакетов", is_number=True, unit="%"),
    "round-trip-ms": Fact(_BOTH, "the round trip", "время отклика", is_number=True, unit="ms"),
    "opens-by-address": Fact(_BOTH, "opening by IP address", "открытие по IP-адресу", _YES_NO),
    "opens-by-name": Fact(_BOTH, "opening by name", "открытие по имени", _YES_NO),
    "addresses": Fact(_BOTH, "the number of addresses", "число адресов", is_number=True),
    "has-ipv6": Fact(_BOTH, "an IPv6 address", "адрес IPv6", _YES_NO),
    "domain-days-left": Fact(
        _BOTH, "days until the domain runs out", "дней до конца домена", is_number=True
    ),
    "first-byte-ms": Fact(
        _SITE, "the first byte's time", "время ответа", is_number=True, unit="ms"
    ),
    "redirects": Fact(_SITE, "the number of redirects", "число переадресаций", is_number=True),
    "certificate-days-left": Fact(_SITE, *_CERTIFICATE, is_number=True),
    "certificate-fits-name": Fact(
        _SITE, "the certificate being for this name", "сертификат выдан на это имя", _YES_NO
    ),
    "certificate-trusted": Fact(
        _SITE, "browsers trusting the issuer", "доверие к издателю сертификата", _YES_NO
    ),
    "certificate-issuer": Fact(_SITE, "the certificate's issuer", "издатель сертификата"),
    "tls-version": Fact(_SITE, "the TLS version", "версия TLS"),
    **{
        service: Fact(_SERVER, f"the {service} port", f"порт {service}", _PORT)
        for service in SERVICE_PORTS
    },
}

MAIL_FACTS: Mapping[str, Fact] = {
    **_conclusions(_MAIL, "http"),
    "symptom": Fact(
        _MAIL, "what becomes of letters", "что происходит с письмами", (*MAIL_SYMPTOMS, *SYMPTOMS)
    ),
    "mx": Fact(_MAIL, "an MX record", "запись MX", _YES_NO),
    "mx-count": Fact(_MAIL, "the number of mail servers", "число серверов почты", is_number=True),
    **{
        service: Fact(_MAIL, f"the {service} port ({port})", f"порт {service} ({port})", _PORT)
        for service, port in MAIL_PORTS.items()
    },
    "spf": Fact(_MAIL, "the SPF record", "запись SPF", ("none", "one", "several", "broken")),
    "dmarc": Fact(
        _MAIL,
        "the DMARC record",
        "запись DMARC",
        ("none", "none-policy", "quarantine", "reject", "broken"),
    ),
    "certificate-days-left": Fact(_MAIL, *_CERTIFICATE, is_number=True),
}


def facts_of(kind: str) -> dict[str, Fact]:
    """The facts that a diagnosis of this kind may give."""
    known = MAIL_FACTS if kind == "mail" else FACTS
    return {name: fact for name, fact in known.items() if kind in fact.kinds}


def measured_facts(evidence: Evidence, at: datetime) -> dict[str, JsonValue]:
    """
    What the observations say beside the findings: numbers, certificates, terms.

    Of several addresses the worst counts: the fewest days, the slowest answer, the most loss.
    """
    found = {name: read(evidence, at) for name, read in _READERS.items()}
    return {name: value for name, value in found.items() if value is not None}


def _pings(evidence: Evidence) -> Iterator[PingObservation]:
    return (one for one in evidence.pings if one.sent and (one.failure is None or one.received))


def _loss_percent(evidence: Evidence, _: datetime) -> JsonValue:
    ratios = [one.loss_ratio for one in _pings(evidence) if not one.is_limited]
    return max((round(ratio * 100) for ratio in ratios if ratio is not None), default=None)


def _round_trip_ms(evidence: Evidence, _: datetime) -> JsonValue:
    medians = [one.rtt_median_s for one in _pings(evidence)]
    return max((round(each * 1000, 1) for each in medians if each is not None), default=None)


def _addresses(evidence: Evidence, _: datetime) -> JsonValue:
    known = [one for one in evidence.lookups if one.failure is None or not one.failure.is_ours]
    return len(evidence.addresses) if known or evidence.target.address is not None else None


def _has_ipv6(evidence: Evidence, at: datetime) -> JsonValue:
    if _addresses(evidence, at) is None:
        return None
    return _yes_no(any(":" in address for address in evidence.addresses))


def _domain_days_left(evidence: Evidence, at: datetime) -> JsonValue:
    ends = [
        one.expires_at
        for one in evidence.observations
        if isinstance(one, RegistrationObservation) and one.expires_at is not None
    ]
    return min((_days(end, at) for end in ends), default=None)


def _own_handshakes(evidence: Evidence) -> list[TlsObservation]:
    return [one for one in evidence.handshakes if one.host == evidence.target.host and one.chain]


def _certificate_days_left(evidence: Evidence, at: datetime) -> JsonValue:
    chains = [one.chain for one in _own_handshakes(evidence)]
    return min((_days(chain[0].not_after, at) for chain in chains), default=None)


def _certificate_fits_name(evidence: Evidence, _: datetime) -> JsonValue:
    return _all_of(one.name_matches for one in _own_handshakes(evidence))


def _certificate_trusted(evidence: Evidence, _: datetime) -> JsonValue:
    return _all_of(one.is_trusted for one in _own_handshakes(evidence))


def _certificate_issuer(evidence: Evidence, _: datetime) -> JsonValue:
    return next((one.chain[0].issuer for one in _own_handshakes(evidence)), None)


def _tls_version(evidence: Evidence, _: datetime) -> JsonValue:
    return next((one.version for one in _own_handshakes(evidence) if one.version), None)


def _pages(evidence: Evidence) -> tuple[HttpObservation, ...]:
    return evidence.chain(evidence.leading).pages if evidence.leading else ()


def _first_byte_ms(evidence: Evidence, _: datetime) -> JsonValue:
    times = [one.first_byte_s for one in _pages(evidence)]
    return max((round(each * 1000) for each in times if each is not None), default=None)


def _redirects(evidence: Evidence, _: datetime) -> JsonValue:
    pages = _pages(evidence)
    return len(pages) - 1 if pages else None


def _days(end: datetime, at: datetime) -> int:
    return (end - at) // timedelta(days=1)


def _all_of(told: Iterable[bool | None]) -> JsonValue:
    known = [each for each in told if each is not None]
    return _yes_no(all(known)) if known else None


def _yes_no(truth: bool) -> str:  # noqa: FBT001 - it is the answer itself
    return "yes" if truth else "no"


_READERS: Mapping[str, Callable[[Evidence, datetime], JsonValue]] = {
    "loss-percent": _loss_percent,
    "round-trip-ms": _round_trip_ms,
    "addresses": _addresses,
    "has-ipv6": _has_ipv6,
    "domain-days-left": _domain_days_left,
    "certificate-days-left": _certificate_days_left,
    "certificate-fits-name": _certificate_fits_name,
    "certificate-trusted": _certificate_trusted,
    "certificate-issuer": _certificate_issuer,
    "tls-version": _tls_version,
    "first-byte-ms": _first_byte_ms,
    "redirects": _redirects,
}


def mail_facts(evidence: Evidence, at: datetime) -> dict[str, JsonValue]:
    """What the observations of a domain's mail say beside the findings."""
    days = [_days(end, at) for end in mail.certificate_ends(evidence)]
    found: dict[str, JsonValue] = {
        "mx": mail.has_mx(evidence),
        "mx-count": mail.count_servers(evidence),
        **{service: mail.port_state(evidence, service) for service in MAIL_PORTS},
        "spf": mail.spf_state(evidence),
        "dmarc": mail.dmarc_state(evidence),
        "certificate-days-left": min(days, default=None),
    }
    return {name: value for name, value in found.items() if value is not None}
