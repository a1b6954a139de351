"""Decide whether a text is evidence of a refusal, or uses the same words about something else."""

from __future__ import annotations

import re

from diagnostics.letters.classification import UNKNOWN
from diagnostics.letters.letter_reading import RecipientReading
from diagnostics.letters.message_parts import MessageParts
from diagnostics.letters.notice_signs import is_from_daemon, speaks_of_failure

# Causes whose phrases are unambiguous, so that a single copied line is believed without a code.
_CLEAR_IN_FEW_WORDS = (
    "recipient-unknown",
    "recipient-disabled",
    "mailbox-full",
    "relay-denied",
    "domain-unknown",
    "domain-takes-no-mail",
    "sending-limit",
    "greylisted",
    "message-too-big",
    "suppressed",
    "mail-loop",
    "program-failed",
)
_TECHNICAL = re.compile(
    r"\[[0-9a-f.:]{4,45}\]|\bMX\b|type=|<[^<>\s]{1,200}@[^<>\s]{1,200}>|remote (?:host|server)|"
    r"groups\.google\.com|retry time|\(#\d\.\d\.\d"
)
_FEW_WORDS = 600  # characters


def has_evidence(entry: RecipientReading, parts: MessageParts, notice: str) -> bool:
    """Check whether it is a refusal at all: by a code, by the notice's words, or by its author."""
    if entry.status is not None:
        return True
    if parts.is_source:
        is_credible = entry.cause != UNKNOWN or is_from_daemon(parts)
        return is_credible and (entry.cause != UNKNOWN or speaks_of_failure(notice))
    is_technical = _TECHNICAL.search(notice) is not None
    # A mail program that doesn't reach its own server tells no reason why a letter came back.
    if entry.cause == "unreachable" and not entry.recipient:
        return entry.smtp_code is not None or is_technical
    if speaks_of_failure(notice) or (entry.smtp_code is not None and entry.cause != UNKNOWN):
        return True
    is_short = len(notice) <= _FEW_WORDS and entry.cause != UNKNOWN
    return is_short and (entry.cause in _CLEAR_IN_FEW_WORDS or is_technical)
