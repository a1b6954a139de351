"""
The facts of a diagnosis that a checklist's conditions may use: name, values and meaning of each.

A fact that wasn't measured is absent, which means unknown: neither zero nor "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics.catalogue import CODES, FINDING_LAYERS, MAIL_SYMPTOMS, SYMPTOMS, Layer
from diagnostics.letters import letter_causes, letter_fixers
from diagnostics.options import MAIL_PORTS, SERVICE_PORTS
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
    A fact's possible values and its meaning.

    `values` lists all possible values; None if it may be any text. A fact with `is_number` is
    compared by ranges: it is measured in `unit`, lies between `least` and `most`, and has
    `decimals` digits after the point. `counts` is the unit if the meaning already names it. A fact
    with `has_several` may have more than one value at once.
    """

    kinds: tuple[TargetKind, ...]
    en: str
    ru: str
    values: tuple[str, ...] | None = None
    is_number: bool = False
    unit: str = ""
    has_several: bool = False
    decimals: int = 0
    counts: str = ""
    least: float | None = None
    most: float | None = None

    def says(self, language: str) -> str:
        """Return the meaning, a phrase that completes "our check found"."""
        return self.ru if language == "ru" else self.en


def _conclusions(kinds: tuple[TargetKind, ...], *foreign: Layer) -> dict[str, Fact]:
    """Return the facts that come from findings, without the codes of the `foreign` layers."""
    codes = {code: info for code, info in CODES.items() if info.layer not in foreign}
    layers = tuple(layer for layer in FINDING_LAYERS if layer not in foreign)
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


# The facts that come from findings rather than directly from measurements.
CONCLUSIONS: frozenset[str] = frozenset(_conclusions(_BOTH))
_SEEN_FROM = ("everywhere", "nowhere", "not-by-the-customer", "some-places")
_CERTIFICATE = ("days until the certificate runs out", "дней до конца сертификата")
FACTS: Mapping[str, Fact] = {
    **_conclusions(_BOTH, "mail"),
    "symptom": Fact(_BOTH, "what a browser shows", "что показывает браузер", tuple(SYMPTOMS)),
    "status": Fact(
        _BOTH, "the page's status code", "код ответа страницы", is_number=True, least=100, most=599
    ),
    "ping": Fact(_BOTH, "ping", "ping", ("answers", "silent")),
    "loss-percent": Fact(
        _BOTH, "lost packets", "потери пакетов", is_number=True, unit="%", least=0, most=100
    ),
    "round-trip-ms": Fact(
        _BOTH, "the round trip", "время отклика", is_number=True, unit="ms", least=0, decimals=1
    ),
    "opens-by-address": Fact(_BOTH, "opening by IP address", "открытие по IP-адресу", _YES_NO),
    "opens-by-name": Fact(_BOTH, "opening by name", "открытие по имени", _YES_NO),
    "seen-from": Fact(_BOTH, "who else reaches it", "откуда ещё открывается", values=_SEEN_FROM),
    "addresses": Fact(_BOTH, "the number of addresses", "число адресов", is_number=True, least=0),
    "has-ipv6": Fact(_BOTH, "an IPv6 address", "адрес IPv6", _YES_NO),
    "domain-days-left": Fact(
        _BOTH,
        "days until the domain runs out",
        "дней до конца домена",
        is_number=True,
        counts="days",
    ),
    "first-byte-ms": Fact(
        _SITE, "the first byte's time", "время ответа", is_number=True, unit="ms", least=0
    ),
    "slow-phase": Fact(
        _SITE,
        "the phase in which the time goes by",
        "на что уходит время",
        ("name", "connection", "handshake", "first-byte", "body", "redirects"),
    ),
    "slow-tries": Fact(
        _SITE,
        "the number of slow tries of three",
        "число медленных попыток из трёх",
        is_number=True,
        least=1,
        most=3,
    ),
    "page-ms": Fact(
        _SITE,
        "the time to the page's end",
        "время до конца страницы",
        is_number=True,
        unit="ms",
        least=0,
    ),
    "redirects": Fact(
        _SITE, "the number of redirects", "число переадресаций", is_number=True, least=0
    ),
    "certificate-days-left": Fact(_SITE, *_CERTIFICATE, is_number=True, counts="days"),
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
    **_conclusions(_MAIL, "http", "client"),
    "symptom": Fact(
        _MAIL, "what becomes of letters", "что происходит с письмами", (*MAIL_SYMPTOMS, *SYMPTOMS)
    ),
    "mx": Fact(_MAIL, "an MX record", "запись MX", _YES_NO),
    "mx-count": Fact(
        _MAIL, "the number of mail servers", "число серверов почты", is_number=True, least=0
    ),
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
    "certificate-days-left": Fact(_MAIL, *_CERTIFICATE, is_number=True, counts="days"),
}

_NOTICE = ("failed", "delayed", "delivered", "auto-reply", "complaint", "receipt")
LETTER_FACTS: Mapping[str, Fact] = {
    "cause": Fact(
        (),
        "the returned letter's cause",
        "причина возврата письма",
        tuple(cause for cause in letter_causes() if cause != "unknown"),
    ),
    "fixer": Fact((), "who can fix it", "кто исправит", letter_fixers()),
    "outcome": Fact((), "what became of the letter", "что стало с письмом", _NOTICE),
    "code": Fact(
        (), "the server's reply code", "код ответа сервера", is_number=True, least=200, most=599
    ),
    "status": Fact((), "the extended status", "расширенный код"),
    "recipient": Fact((), "whom the letter was for", "кому было письмо"),
}


def facts_of(kind: str) -> dict[str, Fact]:
    """Return the facts that a diagnosis of this kind can have, by name."""
    known = MAIL_FACTS if kind == "mail" else FACTS
    return {name: fact for name, fact in known.items() if kind in fact.kinds}
