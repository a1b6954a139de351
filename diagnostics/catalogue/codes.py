"""Every code that a finding may have, and what is always true of it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from diagnostics.catalogue.files import load

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


def _read_codes() -> Mapping[str, CodeInfo]:
    rows = load("codes")
    return MappingProxyType(
        {
            code: CodeInfo.model_validate(row | {"layer": code.partition(".")[0]})
            for code, row in rows.items()
        }
    )


CODES: Mapping[str, CodeInfo] = _read_codes()
