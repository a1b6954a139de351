"""Summaries of observations about mail, one line each: mark, key of the text, values in it."""

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


def observation_values(observation: Observation) -> dict[str, Any]:
    """Return an observation's fields by name, as values for its text."""
    return {name: getattr(observation, name) for name in type(observation).model_fields}


def mx(observation: MxObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise the MX records: the servers that accept a domain's mail."""
    servers = [exchanger for exchanger in observation.exchangers if exchanger.host]
    values = observation_values(observation) | {"count": len(servers)}
    if observation.failure is Failure.DNS_NO_DATA:
        return "fault", "mx_none", values
    if observation.failure is not None:
        is_absent = observation.failure is Failure.DNS_NXDOMAIN
        return "fault", "mx_nxdomain" if is_absent else "mx_servfail", values
    return ("ok", "mx_found", values) if servers else ("fault", "mx_refuses", values)


def policy(observation: PolicyObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise the records of a policy: SPF or DMARC."""
    count = len(observation.records)
    values = observation_values(observation) | {"count": count, "title": observation.policy.upper()}
    if observation.failure is Failure.DNS_SERVFAIL:
        return "fault", "policy_fails", values
    if not count:
        return "info", "policy_none", values
    return ("ok", "policy_found", values) if count == 1 else ("fault", "policy_several", values)


def mta_sts(observation: MtaStsObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise MTA-STS: whether a policy was announced, and whether it could be read."""
    values = observation_values(observation)
    if not observation.records:
        return "info", "mta_sts_none", values
    if observation.outcome in {"read", "unmeasured"}:
        return "info", f"mta_sts_{observation.outcome}", values
    return "fault", "mta_sts_not_read", values


def tlsa(observation: TlsaObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise the TLSA records of a server, and whether DNSSEC proves them."""
    values = observation_values(observation) | {"count": len(observation.records)}
    if not observation.records:
        return "info", "tlsa_none", values
    return "info", "tlsa_found" if observation.is_authenticated else "tlsa_unproven", values


def dkim(observation: DkimObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise a DKIM selector: whether it has a key."""
    return (
        "info",
        "dkim_found" if observation.records else "dkim_none",
        observation_values(observation),
    )


def sent_letter(observation: SentLetterObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise a letter that the customer sent: which domains signed it."""
    key = "sent_letter_signed" if observation.signatures else "sent_letter_unsigned"
    signed_by = ", ".join(dict.fromkeys(tag.domain for tag in observation.signatures))
    return "info", key, observation_values(observation) | {"signed_by": signed_by}


def sender(observation: SenderObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise the host names of an address that sends mail."""
    values = observation_values(observation) | {"name": ", ".join(observation.names[:2])}
    if observation.failure is Failure.DNS_SERVFAIL:
        return "unknown", "sender_unknown", values
    return (
        ("info", "sender_named", values) if observation.names else ("fault", "sender_none", values)
    )


def block_list(observation: BlockListObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise whether a block list has an address."""
    values = observation_values(observation)
    if observation.is_listed is None:
        return "unknown", "block_list_unknown", values
    return (
        ("fault", "block_list_listed", values)
        if observation.is_listed
        else ("ok", "block_list_clean", values)
    )


def delivery(observation: DeliveryObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise whether a mail server would accept a letter."""
    step, values = observation.refusal, observation_values(observation)
    if observation.is_taken:
        return "ok", "delivery_taken", values
    if step is None:
        return "unknown", "delivery_unknown", values
    # The rules decide whether a refusal is a fault, and whose.
    return "info", "delivery_refused", values | {"reply": f"{step.code} {step.text}"[:_MAX_REPLY]}


def service_record(observation: ServiceRecordObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise an SRV record: the server that mail programs are told to use."""
    values = observation_values(observation) | {"target": ", ".join(observation.targets[:2])}
    return "info", "service_record_found" if observation.targets else "service_record_none", values
