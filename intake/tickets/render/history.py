"""The events of a ticket in words, one line for equal events of the same minute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from intake.tickets.render.words import Phrases
from intake.tickets.ticket import Event

# The outbox's name for the mails to the customer (`intake.delivery.desks.receipt`).
_RECEIPT_DESK: Final = "receipt"


def history_lines(
    events: Iterable[Event], say: Phrases, *, names_desks: bool = True
) -> list[tuple[datetime, str]]:
    """
    Return each minute with what happened then, in words, oldest first.

    The same event at several desks in one minute is one line that names them. Mails to the
    customer, which the outbox treats as a desk, have words of their own. Without `names_desks` no
    desk is named: the department's names for its desks mean nothing to a customer.
    """
    desks: dict[tuple[datetime, str], list[str]] = {}
    for event in events:
        minute = event.at.replace(second=0, microsecond=0)
        phrase, desk = _describe(event, say)
        minute_desks = desks.setdefault((minute, phrase), [])
        if names_desks and desk and desk not in minute_desks:
            minute_desks.append(desk)
    return [
        (minute, f"{phrase} ({', '.join(minute_desks)})" if minute_desks else phrase)
        for (minute, phrase), minute_desks in desks.items()
    ]


def _describe(event: Event, say: Phrases) -> tuple[str, str]:
    """Return the words for an event, and the desk to name with it."""
    phrase = say.events.get(event.kind, event.kind)
    if event.desk != _RECEIPT_DESK:
        return phrase, event.desk
    copy, later, desk = say.customers_mail
    receipt_phrases = {"delivered": copy, "appended": later}
    return (receipt_phrases[event.kind], "") if event.kind in receipt_phrases else (phrase, desk)
