"""The results of a search for secrets: positions and kinds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SecretKind(StrEnum):
    """The kind of a masked secret, which chooses the text about it."""

    PASSWORD = "password"  # noqa: S105 - a kind, no password
    KEY = "key"  # private and secret keys
    TOKEN = "token"  # noqa: S105 - a kind, no token
    CARD = "card"  # a payment card's number or its code
    CODE = "code"  # PINs, one-time codes, transfer codes, code words for support
    PHRASE = "phrase"  # the words that restore a wallet


@dataclass(frozen=True, slots=True, order=True)
class SecretSpan:
    """A secret in a text: the characters from `start` up to, not including, `end`."""

    start: int
    end: int
    kind: SecretKind
