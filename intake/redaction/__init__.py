"""Finds and masks secrets in customers' texts, by their form and by the words around them."""

from intake.redaction.model import SecretKind
from intake.redaction.redact import MASK, MaskedSecret, Redaction, redact

__all__ = ["MASK", "MaskedSecret", "Redaction", "SecretKind", "redact"]
