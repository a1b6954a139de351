"""The question "you wrote about this at 14:02: add to it?" for browsers without a script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from starlette.requests import Request

from diagnostics.texts import Language
from intake.drafts import DraftClosed
from intake.tickets import Ticket
from intake.tickets.conversation import EntryRefused
from intake.tickets.render.formats import read_zone
from intake.tickets.same_problem import hosts_of_ticket
from intake.ui.relative_time import customers_time, is_today
from intake.ui.visitor import MOST_SENT, SENT_COOKIE
from intake.wizard import send_ticket
from intake.wizard.case import Case, find_case
from intake.wizard.earlier_ticket import add_to_earlier, find_earlier, hosts_of_case

ADD: Final = "add"
OTHER: Final = "other"
_LONGEST_SUBJECT: Final = 160


def sent_keys(request: Request) -> tuple[str, ...]:
    """
    Return the ticket keys stored in this browser, newest first.

    The cookie is `SameSite=Strict`, so a foreign page's form comes without it.
    """
    noted = request.cookies.get(SENT_COOKIE, "").split(".")[:MOST_SENT]
    return tuple(filter(None, noted))


@dataclass(frozen=True, slots=True)
class EarlierTicket:
    """An earlier ticket, and the draft that may be about the same problem."""

    case: Case
    ticket: Ticket

    def words(self, language: Language, ours: ZoneInfo) -> dict[str, str]:
        """Return the values for the template of the question."""
        readers = read_zone(self.case.stored.draft.environment.timezone)
        zone = readers or ours
        at = self.ticket.created_at
        is_of_today = is_today(at, zone)
        return {
            "case": self.case.token,
            "title": "again_title" if is_of_today else "again_title_day",
            "host": min(hosts_of_case(self.case) & hosts_of_ticket(self.ticket), default=""),
            "when": customers_time(at, language, reader=readers, ours=ours),
            "reference": self.ticket.reference,
            "subject": self.ticket.headline.in_(language)[:_LONGEST_SUBJECT],
        }


@dataclass(frozen=True, slots=True)
class EarlierTicketChoice:
    """The customer's choice about an earlier ticket, if asked, and the ticket keys they hold."""

    choice: str
    keys: tuple[str, ...]

    def earlier(self, case: Case) -> EarlierTicket | None:
        """Return the ticket to ask about, or None if there is none or the customer has chosen."""
        if self.choice in (ADD, OTHER):
            return None
        ticket = find_earlier(case, self.keys)
        return None if ticket is None else EarlierTicket(case, ticket)

    def add_if_chosen(self, case: Case) -> bool:
        """
        Add the draft to the earlier ticket if the customer chose so; return whether it was added.

        Raises:
            DraftClosed, EntryRefused, StorageError: see `add_to_earlier`.
        """
        ticket = find_earlier(case, self.keys) if self.choice == ADD else None
        if ticket is None:
            return False
        add_to_earlier(case, ticket.reference)
        return True


def send_or_ask(
    case: Case, choice: EarlierTicketChoice, *, sent_as: send_ticket.SentBy = "person-wanted"
) -> Case | EarlierTicket | str:
    """
    Send a draft, or add it to an earlier ticket.

    Returns the case if it was sent, the earlier ticket if the customer must be asked, or the key of
    the text that says why not.

    Raises:
        StorageError: the ticket may be stored all the same; a repetition finds the same ticket.
    """
    if case.stored.status == "sent":
        return case
    try:
        earlier = choice.earlier(case)
        if earlier is not None:
            return earlier
        if not choice.add_if_chosen(case):
            send_ticket.send(case, sent_as=sent_as)
    except (DraftClosed, EntryRefused):
        pass  # sent meanwhile by a second tap, or that ticket takes nothing more
    latest = find_case(case.token) or case
    return latest if latest.stored.status == "sent" else "talk_too_many"
