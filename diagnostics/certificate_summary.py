"""The line of the list of measurements for each observation about certificates."""

from __future__ import annotations

from typing import Any

from diagnostics.mail_summary import vars_of
from diagnostics.observations import (
    CaaObservation,
    CertificateStatusObservation,
    IssuerObservation,
    TlsObservation,
)
from diagnostics.vantage_summary import Mark


def tls(observation: TlsObservation) -> tuple[Mark, str, dict[str, Any]]:
    """What a handshake showed."""
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


def issuer(observation: IssuerObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Whether the issuer that the server forgot to send completes the chain."""
    key = {True: "issuer_mends", False: "issuer_untrusted", None: "issuer_missing"}
    return "info", key[observation.is_trusted], vars_of(observation)


def caa(observation: CaaObservation) -> tuple[Mark, str, dict[str, Any]]:
    """Who may issue certificates."""
    if not observation.zone:
        return "info", "caa_none", vars_of(observation)
    allowed = ", ".join(observation.records) or "-"
    return "info", "caa_found", vars_of(observation) | {"allowed": allowed}


def status(observation: CertificateStatusObservation) -> tuple[Mark, str, dict[str, Any]]:
    """What the server itself says of its certificate."""
    values = vars_of(observation)
    if observation.status == "revoked":
        return "fault", "certificate_status_revoked", values
    good = "certificate_status_good" if observation.status == "good" else "certificate_status_none"
    return "info", good, values
