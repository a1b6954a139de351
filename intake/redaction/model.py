"""What a search for secrets finds: where in the text, and of which kind."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SecretKind(StrEnum):
    """What was masked; the words for it are chosen by this."""

    PASSWORD = "password"  # noqa: S105 - a kind, no password
    KEY = "key"  # private and secret keys
    TOKEN = "token"  # noqa: S105 - a kind, no token
    CARD = "card"  # a payment card's number or its code
    CODE = "code"  # PINs, one-time codes, transfer codes, words agreed with support
    PHRASE = "phrase"  # the words that restore a wallet


@dataclass(frozen=True, slots=True, order=True)
class SecretSpan:
    """One secret in a text: characters `start` up to, not including, `end`."""

    start: int
    end: int
    kind: SecretKind
