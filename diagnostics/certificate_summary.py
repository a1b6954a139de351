"""Summaries of observations about certificates, one line each: mark, key of the text, values."""

from __future__ import annotations

from typing import Any

from diagnostics.mail_summary import observation_values
from diagnostics.observations import (
    CaaObservation,
    CertificateStatusObservation,
    IssuerObservation,
    TlsObservation,
)
from diagnostics.vantage_summary import Mark


def tls(observation: TlsObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise a TLS handshake: whether its certificate is valid, and the first fault if not."""
    values = observation_values(observation)
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


def issuer(observation: IssuerObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise whether the certificate that the server didn't send completes the chain."""
    key = {True: "issuer_mends", False: "issuer_untrusted", None: "issuer_missing"}
    return "info", key[observation.is_trusted], observation_values(observation)


def caa(observation: CaaObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise the CAA records: which authorities may issue certificates."""
    if not observation.zone:
        return "info", "caa_none", observation_values(observation)
    allowed = ", ".join(observation.records) or "-"
    return "info", "caa_found", observation_values(observation) | {"allowed": allowed}


def status(observation: CertificateStatusObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Summarise the revocation status that the server itself sent with its certificate."""
    values = observation_values(observation)
    if observation.status == "revoked":
        return "fault", "certificate_status_revoked", values
    good = "certificate_status_good" if observation.status == "good" else "certificate_status_none"
    return "info", good, values
