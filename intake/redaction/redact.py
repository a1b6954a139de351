"""Masks the secrets of a text before anything stores it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from intake.redaction.key_blocks import find_key_blocks, find_recovery_phrases
from intake.redaction.labelled_values import find_labelled_values
from intake.redaction.login_pairs import find_unlabelled_logins
from intake.redaction.model import SecretKind, SecretSpan
from intake.redaction.one_time_codes import find_one_time_codes
from intake.redaction.payment_cards import find_cards
from intake.redaction.protocol_logins import find_protocol_logins
from intake.redaction.running_words import find_in_running_words
from intake.redaction.vendor_tokens import find_in_addresses, find_tokens

MASK: Final = "••••••"

_FINDERS: Final = (
    find_key_blocks,
    find_tokens,
    find_in_addresses,
    find_protocol_logins,
    find_cards,
    find_recovery_phrases,
    find_unlabelled_logins,
    find_labelled_values,
    find_in_running_words,
    find_one_time_codes,
)
_MOST_REPEATED: Final = 20
_SHORTEST_REPEATED: Final = 6  # characters


@dataclass(frozen=True, slots=True)
class MaskedSecret:
    """A secret that was masked. `value` is the secret itself: never log or store it."""

    kind: SecretKind
    value: str

    def __repr__(self) -> str:
        return f"MaskedSecret({self.kind.value})"


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text that may be stored, and the secrets masked in it, in order."""

    text: str
    secrets: tuple[MaskedSecret, ...] = ()


def redact(text: str, *, allowed: Collection[str] = ()) -> Redaction:
    """
    Replace passwords, keys, tokens and card numbers by `MASK`; the text around them is kept.

    `allowed` are words that the customer said are no secrets. Takes time proportional to the length
    of the text. A text that was redacted before is returned unchanged.
    """
    # A lone surrogate has no UTF-8 form, so the text could be neither searched nor stored.
    text = text.encode("utf-8", "replace").decode()
    own = [span for finder in _FINDERS for span in finder(text)]
    spans = _merged([*own, *_repetitions(text, own)])
    pieces: list[str] = []
    secrets: list[MaskedSecret] = []
    place = 0
    for span in spans:
        value = text[span.start : span.end]
        if value in allowed or not value.strip("•* \n"):
            continue
        pieces += (text[place : span.start], MASK)
        secrets.append(MaskedSecret(span.kind, value))
        place = span.end
    if not secrets:
        return Redaction(text)
    return Redaction("".join((*pieces, text[place:])), tuple(secrets))


def _repetitions(text: str, spans: Iterable[SecretSpan]) -> Iterator[SecretSpan]:
    """Find the same passwords elsewhere in the text, ignoring case."""
    kinds = {
        text[span.start : span.end].lower(): span.kind
        for span in spans
        if span.kind is SecretKind.PASSWORD and span.end - span.start >= _SHORTEST_REPEATED
    }
    lower = text.lower()
    if len(lower) != len(text):  # a letter became two in lower case, so positions differ
        return
    for value, kind in islice(kinds.items(), _MOST_REPEATED):
        if value.isalpha():  # could be an ordinary word elsewhere
            continue
        at = lower.find(value)
        while at >= 0:
            yield SecretSpan(at, at + len(value), kind)
            at = lower.find(value, at + len(value))


def _merged(spans: Iterable[SecretSpan]) -> list[SecretSpan]:
    """Return the spans in order; overlapping ones are merged, with the kind of the first."""
    joined: list[SecretSpan] = []
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        if span.start >= span.end:
            continue
        if joined and span.start < joined[-1].end:
            last = joined.pop()
            joined.append(SecretSpan(last.start, max(last.end, span.end), last.kind))
        else:
            joined.append(span)
    return joined
