"""Summaries of observations, one short line each, for the list shown during a diagnosis."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from diagnostics import certificate_summary, mail_summary
from diagnostics.catalogue import FINDING_LAYERS, code_name
from diagnostics.catalogue.files import load
from diagnostics.failures import HOST_ANSWERED, Failure
from diagnostics.mail_summary import observation_values
from diagnostics.observations import (
    AuthorityObservation,
    ControlObservation,
    DelegationObservation,
    DnsObservation,
    HttpObservation,
    HttpsRecordObservation,
    LoadTimeObservation,
    NameCheckObservation,
    Observation,
    PagePartObservation,
    PingObservation,
    RegistrationObservation,
    RouteObservation,
    SignatureObservation,
    TcpObservation,
    for_every_kind,
)
from diagnostics.options import MAIL_PORTS
from diagnostics.service_banners import DATABASES, banner_state
from diagnostics.texts import Language, escape_hidden, plural_form
from diagnostics.vantage_summary import NAMES_A_CODE, Mark, ban_line, vantage_line

_GREETING_SERVICES = ("ssh", "ftp", *DATABASES, *MAIL_PORTS)
_FIRST_ERROR_STATUS = 400


class ObservationSummary(NamedTuple):
    """One line of the list: a mark and a short text."""

    mark: Mark
    text: str


def summarise(
    observation: Observation, language: Language = "en", *, for_staff: bool = False
) -> ObservationSummary:
    """
    Return a short text about one observation, with a mark.

    The text addresses the customer ("your browser"), or staff if `for_staff`.
    """
    mark, key, values = _summary(observation)
    if for_staff and f"staff_{key}" in _lines():
        key = f"staff_{key}"
    if key in NAMES_A_CODE:
        values["trouble"] = code_name(values["cause"], language)
    text = _lines()[key][language]
    # A line with a number has a form for each plural category (CLDR).
    if isinstance(text, dict):
        text = text[plural_form(values["count"], language)]
    return ObservationSummary(mark, str(text).format_map(values))


def _summary(observation: Observation) -> tuple[Mark, str, dict[str, Any]]:
    if observation.failure is not None and observation.failure.is_ours:
        return "unknown", f"{observation.probe}_unknown", observation_values(observation)
    return _BY_KIND[observation.probe](observation)


@cache
def _lines() -> Mapping[str, Mapping[str, Any]]:
    """Return the texts of all layers by key; no two layers share a key."""
    layers = [load(f"layers/{layer}").get("observations", {}) for layer in FINDING_LAYERS]
    return {key: line for lines in layers for key, line in lines.items()}


def _name_check(observation: NameCheckObservation) -> tuple[Mark, str, dict[str, Any]]:
    answers = "answers" if observation.failure is None else "fails"
    # Only NXDOMAIN denies a domain; an empty answer means that it exists.
    if observation.purpose == "registered" and observation.failure is not Failure.DNS_NXDOMAIN:
        answers = "answers"
    return "info", f"name_{observation.purpose}_{answers}", observation_values(observation)


def _delegation(observation: DelegationObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation) | {"count": len(observation.servers)}
    return "info", "delegation_seen", values


def _authority(observation: AuthorityObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if observation.failure is None:
        return "ok", "authority_answers", values
    if observation.failure is Failure.TARGET_FORBIDDEN:
        return "unknown", "authority_unknown", values
    return "fault", str(observation.failure), values


def _signature(observation: SignatureObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if not observation.ds_key_tags:
        return "info", "signature_none", values
    key = "signature_broken" if observation.reason else "signature_ok"
    return "fault" if observation.reason else "ok", key, values


def _registration(observation: RegistrationObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if observation.expires_at is not None:
        values["until"] = f"{observation.expires_at:%Y-%m-%d}"
    if observation.state is None or observation.failure is not None:
        return "unknown", "registration_unknown", values
    if observation.state == "registered":
        return "ok", "registration_until" if "until" in values else "registration_ok", values
    return "fault", f"registration_{observation.state}", values | {"until": values.get("until", "")}


def _dns(observation: DnsObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation) | {"count": len(observation.records)}
    if observation.forbidden:
        return "fault", "dns_forbidden", values
    if observation.failure is Failure.DNS_NO_DATA:
        is_main = observation.record_type == "A"
        return "info", "dns_no_ipv4" if is_main else "dns_no_ipv6", values
    # A name besides the target's, such as that of a mail server, is named in the text.
    if observation.failure is Failure.DNS_NXDOMAIN:
        return "fault", "dns_missing", values
    if observation.failure is not None:
        return "fault", str(observation.failure), values
    return "ok", "dns_found", values


def _https_record(observation: HttpsRecordObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if observation.ech_refused_at:
        return "fault", "https_record_ech_refused", values
    if observation.not_served_at:
        return "fault", "https_record_elsewhere", values
    return "info", "https_record_found" if observation.records else "https_record_none", values


def _ping(observation: PingObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation) | {"lost": observation.sent - observation.received}
    if observation.rtt_median_s is None:
        return "info", "ping_silent", values
    values["milliseconds"] = _milliseconds(observation.rtt_median_s)
    is_whole = observation.received == observation.sent
    return ("ok", "ping_answers", values) if is_whole else ("info", "ping_loses", values)


def _milliseconds(seconds: float) -> str:
    milliseconds = seconds * 1000
    return "< 1" if milliseconds < 1 else f"{milliseconds:.0f}"


def _tcp(observation: TcpObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if observation.service in _GREETING_SERVICES and observation.greeting:
        is_ready = banner_state(observation.service, observation.greeting) == "ready"
        return ("ok", "tcp_greets", values) if is_ready else ("fault", "tcp_turns_away", values)
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


def _route(observation: RouteObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation) | {"count": len(observation.hops)}
    if observation.loops:
        return "fault", "route_loops", values
    if any(hop.answer not in {"expired", "reply"} for hop in observation.hops):
        return "fault", "route_closed", values
    return "info", "route_seen" if observation.hops else "route_silent", values


def _http(observation: HttpObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if observation.by_address or observation.way in {"name", "invented"}:
        answered = observation.status is not None
        suffix = "address" if observation.by_address else observation.way
        return "info", f"http_by_{suffix}" if answered else f"http_not_by_{suffix}", values
    if observation.failure is Failure.TARGET_FORBIDDEN:
        return "fault", "http_not_followed", values
    if observation.way in _EXTRA_REQUESTS:
        return _extra_request(observation, values)
    if observation.status is None or observation.failure is not None:
        return "fault", "http_nothing", values
    if observation.next_url:
        values["next_url"] = escape_hidden(observation.next_url, 80)
        return "ok", "http_redirects", values
    is_error = observation.status >= _FIRST_ERROR_STATUS
    return ("fault" if is_error else "ok"), "http_page", values


_EXTRA_REQUESTS = {"phone", "frame", "parent", "renewal", "fresh"}


def _extra_request(
    observation: HttpObservation, values: dict[str, Any]
) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise a request beyond the page itself; its failure is no fault of the page."""
    if observation.status is None or observation.failure is not None:
        return "info", f"http_{observation.way}_none", values
    if observation.way == "phone" and observation.next_url:
        return (
            "info",
            "http_phone_redirects",
            values | {"next_url": escape_hidden(observation.next_url, 80)},
        )
    return "info", f"http_{observation.way}", values


def _page_part(observation: PagePartObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation) | {"url": escape_hidden(observation.url, 80)}
    if observation.status is None:
        return "fault", "page_part_none", values
    is_error = observation.status >= _FIRST_ERROR_STATUS
    return ("fault" if is_error else "info"), "page_part_answered", values


def _load_time(observation: LoadTimeObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation) | {"seconds": f"{observation.duration_s:.1f}"}
    if observation.is_control:
        return "info", "load_time_control", values
    if observation.failure is not None:
        return "info", "load_time_none", values
    return "info", "load_time_late" if observation.unfinished else "load_time_whole", values


def _control(observation: ControlObservation) -> tuple[Mark, str, dict[str, Any]]:
    values = observation_values(observation)
    if observation.failure in HOST_ANSWERED:
        return "info", "control_works", values
    return "unknown", "control_fails", values


_BY_KIND: Mapping[str, Callable[[Any], tuple[Mark, str, dict[str, Any]]]] = for_every_kind(
    {
        "dns": _dns,
        "https_record": _https_record,
        "name_check": _name_check,
        "delegation": _delegation,
        "authority": _authority,
        "signature": _signature,
        "registration": _registration,
        "ping": _ping,
        "route": _route,
        "tcp": _tcp,
        "tls": certificate_summary.tls,
        "issuer": certificate_summary.issuer,
        "certificate_status": certificate_summary.status,
        "caa": certificate_summary.caa,
        "http": _http,
        "page_part": _page_part,
        "load_time": _load_time,
        "control": _control,
        "mx": mail_summary.mx,
        "policy": mail_summary.policy,
        "service_record": mail_summary.service_record,
        "mta_sts": mail_summary.mta_sts,
        "tlsa": mail_summary.tlsa,
        "dkim": mail_summary.dkim,
        "sent_letter": mail_summary.sent_letter,
        "sender": mail_summary.sender,
        "block_list": mail_summary.block_list,
        "delivery": mail_summary.delivery,
        "vantage": vantage_line,
        "ban": ban_line,
    }
)
