"""What happened to a ticket by itself, a line for what happened at the same minute."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from intake.tickets.render.words import Phrases
from intake.tickets.ticket import Event

# The outbox's name for the mails to the customer (`intake.delivery.desks.receipt`).
_CUSTOMERS_MAIL: Final = "receipt"


def history_lines(
    events: Iterable[Event], say: Phrases, *, names_desks: bool = True
) -> list[tuple[datetime, str]]:
    """
    Each moment with what happened then, in words, oldest first.

    What the same minute brought to several desks is one line that names them; the customer's own
    mails, which the outbox takes for a desk, have words of their own. Without `names_desks` none is
    named: what the department calls its desks says nothing to a customer.
    """
    desks: dict[tuple[datetime, str], list[str]] = {}
    for event in events:
        minute = event.at.replace(second=0, microsecond=0)
        phrase, desk = _worded(event, say)
        named = desks.setdefault((minute, phrase), [])
        if names_desks and desk and desk not in named:
            named.append(desk)
    return [
        (minute, f"{phrase} ({', '.join(named)})" if named else phrase)
        for (minute, phrase), named in desks.items()
    ]


def _worded(event: Event, say: Phrases) -> tuple[str, str]:
    """What happened, and the desk that is named with it."""
    phrase = say.events.get(event.kind, event.kind)
    if event.desk != _CUSTOMERS_MAIL:
        return phrase, event.desk
    copy, later, desk = say.customers_mail
    own = {"delivered": copy, "appended": later}
    return (own[event.kind], "") if event.kind in own else (phrase, desk)
