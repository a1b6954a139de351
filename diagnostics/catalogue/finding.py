"""A finding: one named conclusion, who can fix it, and the observations it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

from diagnostics.catalogue.codes import CODES, Fixer, Layer, Severity
from diagnostics.texts import Language


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
