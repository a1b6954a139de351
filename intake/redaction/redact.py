"""Mask the secrets of a text before anything stores it."""

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
    """One secret that was masked. `value` is the secret itself: keep it out of logs and storage."""

    kind: SecretKind
    value: str

    def __repr__(self) -> str:
        return f"MaskedSecret({self.kind.value})"


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text that may be stored, and what was masked in it, in its order."""

    text: str
    secrets: tuple[MaskedSecret, ...] = ()


def redact(text: str, *, allowed: Collection[str] = ()) -> Redaction:
    """
    Mask passwords, keys, tokens and card numbers by `MASK`; what stands around them stays.

    `allowed` are words that the customer said are no secrets. Takes time in proportion to the
    text, whatever it holds. A text that was redacted before comes back as it is.
    """
    # A lone surrogate has no UTF-8 form: nothing could look for secrets in it, or store it.
    text = text.encode("utf-8", "replace").decode()
    own = [span for finder in _FINDERS for span in finder(text)]
    spans = _joined([*own, *_repeated(text, own)])
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


def _repeated(text: str, spans: Iterable[SecretSpan]) -> Iterator[SecretSpan]:
    """The same passwords elsewhere in the text, in small letters or capitals."""
    kinds = {
        text[span.start : span.end].lower(): span.kind
        for span in spans
        if span.kind is SecretKind.PASSWORD and span.end - span.start >= _SHORTEST_REPEATED
    }
    lower = text.lower()
    if len(lower) != len(text):  # a letter that is two in small ones: places would not fit
        return
    for value, kind in islice(kinds.items(), _MOST_REPEATED):
        if value.isalpha():  # an ordinary word, where it stands alone
            continue
        at = lower.find(value)
        while at >= 0:
            yield SecretSpan(at, at + len(value), kind)
            at = lower.find(value, at + len(value))


def _joined(spans: Iterable[SecretSpan]) -> list[SecretSpan]:
    """Spans in order; those that overlap become one, of the kind that begins first."""
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
