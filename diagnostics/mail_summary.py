"""The line of the list of measurements for each observation about mail: mark, key, values."""

from __future__ import annotations

from typing import Any

from diagnostics.failures import Failure
from diagnostics.observations import (
    BlockListObservation,
    DeliveryObservation,
    DkimObservation,
    MtaStsObservation,
    MxObservation,
    Observation,
    PolicyObservation,
    SenderObservation,
    SentLetterObservation,
    ServiceRecordObservation,
    TlsaObservation,
)
from diagnostics.vantage_summary import Mark

_MAX_REPLY = 120


def vars_of(observation: Observation) -> dict[str, Any]:
    """Return an observation's own fields, to be named in its line."""
    return {name: getattr(observation, name) for name in type(observation).model_fields}


def mx(observation: MxObservation) -> tuple[Mark, str, dict[str, Any]]:
    """The servers that take the mail."""
    servers = [exchanger for exchanger in observation.exchangers if exchanger.host]
    values = vars_of(observation) | {"count": len(servers)}
    if observation.failure is Failure.DNS_NO_DATA:
        return "fault", "mx_none", values
    if observation.failure is not None:
        is_absent = observation.failure is Failure.DNS_NXDOMAIN
        return "fault", "mx_nxdomain" if is_absent else "mx_servfail", values
    return ("ok", "mx_found", values) if servers else ("fault", "mx_refuses", values)


def policy(observation: PolicyObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Records of SPF or DMARC."""
    count = len(observation.records)
    values = vars_of(observation) | {"count": count, "title": observation.policy.upper()}
    if observation.failure is Failure.DNS_SERVFAIL:
        return "fault", "policy_fails", values
    if not count:
        return "info", "policy_none", values
    return ("ok", "policy_found", values) if count == 1 else ("fault", "policy_several", values)


def mta_sts(observation: MtaStsObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Whether senders are asked for TLS."""
    values = vars_of(observation)
    if not observation.records:
        return "info", "mta_sts_none", values
    if observation.outcome in {"read", "unmeasured"}:
        return "info", f"mta_sts_{observation.outcome}", values
    return "fault", "mta_sts_not_read", values


def tlsa(observation: TlsaObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Whether a server's certificate is announced by DNSSEC."""
    values = vars_of(observation) | {"count": len(observation.records)}
    if not observation.records:
        return "info", "tlsa_none", values
    return "info", "tlsa_found" if observation.is_authenticated else "tlsa_unproven", values


def dkim(observation: DkimObservation) -> tuple[Mark, str, dict[str, Any]]:
    """The key of a selector."""
    return "info", "dkim_found" if observation.records else "dkim_none", vars_of(observation)


def sent_letter(observation: SentLetterObservation) -> tuple[Mark, str, dict[str, Any]]:
    """What the customer's letter shows."""
    key = "sent_letter_signed" if observation.signatures else "sent_letter_unsigned"
    signed_by = ", ".join(dict.fromkeys(tag.domain for tag in observation.signatures))
    return "info", key, vars_of(observation) | {"signed_by": signed_by}


def sender(observation: SenderObservation) -> tuple[Mark, str, dict[str, Any]]:
    """The names of an address that sends."""
    values = vars_of(observation) | {"name": ", ".join(observation.names[:2])}
    if observation.failure is Failure.DNS_SERVFAIL:
        return "unknown", "sender_unknown", values
    return (
        ("info", "sender_named", values) if observation.names else ("fault", "sender_none", values)
    )


def block_list(observation: BlockListObservation) -> tuple[Mark, str, dict[str, Any]]:
    """What a block list says of an address."""
    values = vars_of(observation)
    if observation.is_listed is None:
        return "unknown", "block_list_unknown", values
    return (
        ("fault", "block_list_listed", values)
        if observation.is_listed
        else ("ok", "block_list_clean", values)
    )


def delivery(observation: DeliveryObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Whether a server would take a letter."""
    step, values = observation.refusal, vars_of(observation)
    if observation.is_taken:
        return "ok", "delivery_taken", values
    if step is None:
        return "unknown", "delivery_unknown", values
    # Whether it is a fault, and whose, is for the rules.
    return "info", "delivery_refused", values | {"reply": f"{step.code} {step.text}"[:_MAX_REPLY]}


def service_record(observation: ServiceRecordObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Which server a mail program is told to use."""
    values = vars_of(observation) | {"target": ", ".join(observation.targets[:2])}
    return "info", "service_record_found" if observation.targets else "service_record_none", values
