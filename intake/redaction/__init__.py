"""Secrets in what customers write: found by their form and by the words around them, and masked."""

from intake.redaction.model import SecretKind
from intake.redaction.redact import MASK, MaskedSecret, Redaction, redact

__all__ = ["MASK", "MaskedSecret", "Redaction", "SecretKind", "redact"]
