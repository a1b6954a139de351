"""The codes of findings, with the properties that a code always has."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from diagnostics.catalogue.files import load

Severity = Literal["critical", "warning", "info"]
Layer = Literal["dns", "net", "tcp", "tls", "mail", "http", "client", "ok"]
Fixer = Literal["customer", "hosting", "registrar", "network"]

FINDING_LAYERS: tuple[Layer, ...] = ("dns", "net", "tcp", "tls", "mail", "http", "client", "ok")

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
    """The usual properties of a code's findings. `symptom` is what the customer sees."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    severity: Severity
    layer: Layer
    fixer: Fixer
    symptom: str | None = None


def code_row(code: str) -> Mapping[str, Any]:
    """
    Return a code's row of the catalogue: the fields of its `CodeInfo`, and its texts.

    The texts are keyed by part, then by language.

    Raises:
        KeyError: there is no such code.

    """
    row: Mapping[str, Any] = load(f"layers/{code.partition('.')[0]}")["findings"][code]
    return row


def _read_codes() -> Mapping[str, CodeInfo]:
    fields = set(CodeInfo.model_fields)
    return MappingProxyType(
        {
            code: CodeInfo(layer=layer, **{key: row[key] for key in row.keys() & fields})
            for layer in FINDING_LAYERS
            for code, row in load(f"layers/{layer}")["findings"].items()
        }
    )


CODES: Mapping[str, CodeInfo] = _read_codes()
