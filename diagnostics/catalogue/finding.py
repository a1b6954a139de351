"""The finding: one named conclusion, who can fix it, and the observations it is based on."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from diagnostics.catalogue.codes import CODES, Fixer, Layer, Severity
from diagnostics.texts import Language


class Finding(BaseModel):
    """
    One conclusion. `evidence` are ids of observations; `parameters` are inserted into its texts.

    `consequences` are the findings that it explains. `steps` are the remedy of a panel or the
    operator by language, which replaces the general one; empty if there is none.
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


def make_finding(  # noqa: PLR0913 - a finding's own fields
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
    """
    Return a finding. Fields left out are taken from the code's row in the catalogue.

    Further keyword arguments become `parameters`.
    """
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
