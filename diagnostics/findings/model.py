"""A finding: one named conclusion, who can fix it, and the observations it rests on."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from diagnostics.texts import Language, load_yaml

Severity = Literal["critical", "warning", "info"]
Layer = Literal["dns", "net", "tcp", "tls", "mail", "http", "ok"]
Fixer = Literal["customer", "hosting", "registrar", "network"]

FINDING_LAYERS: tuple[Layer, ...] = ("dns", "net", "tcp", "tls", "mail", "http", "ok")

SYMPTOMS: tuple[str, ...] = (
    "name-not-found",
    "refused",
    "timed-out",
    "reset",
    "unreachable",
    "security-warning",
    "too-many-redirects",
    "error-403",
    "error-404",
    "error-500",
    "error-502",
    "error-503",
    "error-504",
    "blank",
    "default-page",
    "suspended-page",
    "parked-page",
    "wrong-site",
    "other-error",
)

MAIL_SYMPTOMS: tuple[str, ...] = ("mail-bounces", "mail-missing", "mail-in-spam")


class CodeInfo(BaseModel):
    """What is always true of a code. `symptom` is what the customer sees then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Severity
    layer: Layer
    fixer: Fixer
    symptom: str | None = None


class Finding(BaseModel):
    """
    One conclusion. `evidence` are ids of observations; `parameters` go into its words.

    `consequences` are what it explains: true, and no causes of their own. `steps` are what a
    panel's or an operator's own remedy says, by language; empty where ours serves.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    severity: Severity
    layer: Layer
    subject: str
    fixer: Fixer
    evidence: tuple[str, ...] = ()
    parameters: dict[str, str | int | float] = Field(default_factory=dict)
    symptom: str | None = None
    steps: dict[Language, tuple[str, ...]] = Field(default_factory=dict)
    consequences: tuple[Finding, ...] = ()


def _read_codes() -> Mapping[str, CodeInfo]:
    rows = load_yaml("findings/catalogue/codes.yaml")
    return MappingProxyType(
        {
            code: CodeInfo.model_validate(row | {"layer": code.partition(".")[0]})
            for code, row in rows.items()
        }
    )


CODES: Mapping[str, CodeInfo] = _read_codes()


def finding(  # noqa: PLR0913 - a finding's own fields
    code: str,
    subject: str,
    evidence: tuple[str, ...],
    *,
    severity: Severity | None = None,
    fixer: Fixer | None = None,
    symptom: str | None = None,
    parameters: Mapping[str, str | int | float] | None = None,
    **more: str | float,
) -> Finding:
    """Make a finding; what is not said comes from the code's row in the catalogue."""
    info = CODES[code]
    return Finding(
        code=code,
        severity=severity or info.severity,
        layer=info.layer,
        subject=subject,
        fixer=fixer or info.fixer,
        evidence=evidence,
        parameters={"subject": subject, **(parameters or {}), **more},
        symptom=symptom or info.symptom,
    )
