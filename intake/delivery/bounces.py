"""
Process returned letters: find the delivery that each belongs to, and reopen it.

A server's "250" doesn't prove delivery: it may accept a letter and return it minutes or days later.
A returned ticket is no longer delivered, and waits for a person with the server's words.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Final, Literal

from sqlalchemy import Engine

import diagnostics
from diagnostics import LetterReading, letter_text
from diagnostics.texts import Language, one_line
from intake.database import Clock, utc_now
from intake.delivery.return_path import key_of
from intake.outbox import Outbox
from intake.tickets.reference import parse_reference
from intake.tickets.store import TicketStore
from intake.tickets.ticket import Event

BounceResult = Literal["reopened", "noted", "delayed", "unknown", "no-notice"]

_MAX_BYTES: Final = 4_000_000
_RECIPIENT_HEADERS: Final = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_MESSAGE_ID: Final = re.compile(r"<?([a-z0-9][a-z0-9.-]{4,60})\.ticket@[^<>@\s]{1,250}>?")
_REFERENCE_LENGTH: Final = 11  # characters of "h4x-7pm-2kp"


@dataclass(frozen=True, slots=True)
class Bounce:
    """The result of a returned letter; `why` is the server's reason in words."""

    result: BounceResult
    reference: str = ""
    why: str = ""


class Bounces:
    """Processes returned letters; `mail_desks` are the names of the desks that get mail."""

    def __init__(
        self,
        engine: Engine,
        mail_desks: Collection[str],
        receipt: str,
        *,
        clock: Clock = utc_now,
    ) -> None:
        self._outbox, self._tickets = Outbox(engine), TicketStore(engine)
        self._mail_desks, self._receipt, self._clock = tuple(mail_desks), receipt, clock

    def take(self, letter: bytes, language: Language, addressed_to: str = "") -> Bounce:
        """Find the delivery that a returned letter belongs to, and reopen it."""
        reading = diagnostics.read_letter(letter[:_MAX_BYTES])
        if not reading.is_notice:
            return Bounce("no-notice")
        key = find_key(letter[:_MAX_BYTES], reading, addressed_to)
        reference = parse_reference(key[:_REFERENCE_LENGTH]) if key else None
        if reference is None or self._tickets.get(reference) is None:
            return Bounce("unknown")
        why = _reason_in_words(reading, language)
        if reading.outcome == "delayed":
            return Bounce("delayed", reference, why)
        about = key[_REFERENCE_LENGTH:].lstrip(".")
        if about.endswith(self._receipt):
            self._note(reference, self._receipt, why)
            return Bounce("noted", reference, why)
        reopened = self._outbox.reopen(reference, about, self._mail_desks, why)
        for desk in reopened:
            self._note(reference, desk, why)
        return Bounce("reopened" if reopened else "unknown", reference, why)

    def _note(self, reference: str, desk: str, why: str) -> None:
        event = Event(at=self._clock(), kind="bounced", desk=desk, detail=why[:500])
        self._tickets.add_event(reference, event)


def find_key(letter: bytes, reading: LetterReading, addressed_to: str = "") -> str:
    """
    Return the key of the returned letter, from its own return path or its Message-ID; "" if none is
    found.
    """
    message = BytesHeaderParser(policy=policy.compat32).parsebytes(letter)
    for address in _addresses(message, addressed_to):
        if key := key_of(address):
            return key
    match = _MESSAGE_ID.search(reading.message_id.lower())
    if match is None:
        match = _MESSAGE_ID.search(letter.decode("ascii", "replace").lower())
    return match[1] if match else ""


def _addresses(message: Message, addressed_to: str) -> Iterator[str]:
    yield addressed_to
    for name in _RECIPIENT_HEADERS:
        for value in message.get_all(name, []):
            yield str(value)[:500].rpartition("<")[2]


def _reason_in_words(reading: LetterReading, language: Language) -> str:
    title = letter_text(reading, language).title
    main_recipient = reading.main_recipient
    response = one_line(main_recipient.response, 200) if main_recipient else ""
    return f"{title} {response}".strip()
