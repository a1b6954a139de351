"""One short line for each observation, for the list that grows while we measure."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from diagnostics.failures import Failure
from diagnostics.observations import (
    DnsObservation,
    HttpObservation,
    Observation,
    PingObservation,
    TcpObservation,
    TlsObservation,
)
from diagnostics.texts import Language, load_yaml, visible

Mark = Literal["ok", "fault", "unknown", "info"]
_FIRST_ERROR_STATUS = 400
_FEW_FORM_ENDS = {2, 3, 4}
_TEENS = range(11, 15)


class Line(NamedTuple):
    """A mark and a few plain words."""

    mark: Mark
    text: str


def summarise(observation: Observation, language: Language = "en") -> Line:
    """Say in a few words what one probe saw; it judges nothing but whether that probe worked."""
    mark, key, values = _summary(observation)
    lines = load_yaml(f"findings/catalogue/{language}.yaml")["lines"]
    text = lines[key]
    if isinstance(text, dict):
        text = text[_plural(values["count"], language)]
    return Line(mark, str(text).format_map(values))


def _summary(observation: Observation) -> tuple[Mark, str, dict[str, Any]]:
    if observation.failure is not None and observation.failure.is_ours:
        return "unknown", f"{observation.probe}_unknown", vars_of(observation)
    if isinstance(observation, DnsObservation):
        return _dns(observation)
    if isinstance(observation, PingObservation):
        return _ping(observation)
    if isinstance(observation, TcpObservation):
        return _tcp(observation)
    if isinstance(observation, TlsObservation):
        return _tls(observation)
    return _http(observation)


def vars_of(observation: Observation) -> dict[str, Any]:
    """Give an observation's own fields, to be named in its line."""
    return {name: getattr(observation, name) for name in type(observation).model_fields}


def _dns(observation: DnsObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = vars_of(observation) | {"count": len(observation.records)}
    if observation.forbidden:
        return "fault", "dns_forbidden", values
    if observation.failure is Failure.DNS_NO_DATA:
        is_main = observation.record_type == "A"
        return "info", "dns_no_ipv4" if is_main else "dns_no_ipv6", values
    if observation.failure is not None:
        return "fault", str(observation.failure), values
    return "ok", "dns_found", values


def _ping(observation: PingObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = vars_of(observation) | {"lost": observation.sent - observation.received}
    if observation.rtt_median_s is None:
        return "info", "ping_silent", values
    values["milliseconds"] = _milliseconds(observation.rtt_median_s)
    is_whole = observation.received == observation.sent
    return ("ok", "ping_answers", values) if is_whole else ("info", "ping_loses", values)


def _milliseconds(seconds: float) -> str:
    milliseconds = seconds * 1000
    return "< 1" if milliseconds < 1 else f"{milliseconds:.0f}"


def _tcp(observation: TcpObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = vars_of(observation)
    if observation.failure is None and observation.greeting == "":
        return "fault", "tcp_mute", values
    if observation.failure is None:
        return "ok", "tcp_open", values
    known = {Failure.TCP_REFUSED, Failure.TCP_SILENT, Failure.TCP_RESET}
    return (
        "fault",
        str(observation.failure) if observation.failure in known else "tcp_prohibited",
        values,
    )


def _tls(observation: TlsObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = vars_of(observation)
    certificate = observation.certificate
    if certificate is None:
        return "fault", "tls_none", values
    values["until"] = f"{certificate.not_after:%Y-%m-%d}"
    if certificate.not_after < observation.started_at:
        return "fault", "tls_expired", values
    if certificate.not_before > observation.started_at:
        return "fault", "tls_early", values
    if observation.name_matches is False:
        return "fault", "tls_other_name", values
    if observation.is_trusted is False:
        return "fault", "tls_untrusted", values
    return "ok", "tls_valid", values


def _http(observation: HttpObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = vars_of(observation)
    if observation.by_address or observation.way == "name":
        answered = observation.status is not None
        suffix = "address" if observation.by_address else "name"
        return "info", f"http_by_{suffix}" if answered else f"http_not_by_{suffix}", values
    if observation.failure is Failure.TARGET_FORBIDDEN:
        return "fault", "http_not_followed", values
    if observation.status is None or observation.failure is not None:
        return "fault", "http_nothing", values
    if observation.next_url:
        values["next_url"] = visible(observation.next_url, 80)
        return "ok", "http_redirects", values
    is_error = observation.status >= _FIRST_ERROR_STATUS
    return ("fault" if is_error else "ok"), "http_page", values


def _plural(count: int, language: Language) -> str:
    """CLDR's cardinal categories of the two languages, for whole numbers."""
    if language == "en":
        return "one" if count == 1 else "many"
    if count % 10 == 1 and count % 100 != _TEENS.start:
        return "one"
    return "few" if count % 10 in _FEW_FORM_ENDS and count % 100 not in _TEENS else "many"
