"""The link to the operator's live chat with the case, during the chat's hours."""

from __future__ import annotations

from datetime import UTC, datetime

from diagnostics.texts import Language, one_line
from intake.bootstrap import services
from intake.chats.chat import ChatCase
from intake.journey import Checklist, priority, queue
from intake.journey.draft import Source
from intake.tickets import Ticket, compose_ticket
from intake.wizard.case import Case
from intake.wizard.offered_checklists import general_checklist

_MAX_VALUE = 300  # characters; names and causes are far shorter


def is_open(case: Case | None) -> bool:
    """Check whether there is a chat, and it is open now."""
    offered = services().chat
    if offered is None:
        return False
    checklist: Checklist | None
    if case is not None:
        checklist = case.checklist
        of_case = (queue(checklist, case.stored.draft), priority(checklist, case.stored.draft))
    else:
        checklist, of_case = services().checklists.get(general_checklist()), ("", "")
    hours = checklist.desk.hours if checklist is not None else None
    if hours is None:
        return True
    return hours.is_open(datetime.now(UTC), queue=offered.queue or of_case[0], priority=of_case[1])


def path(case: Case | None, language: Language) -> str | None:
    """Return the path of the chat's page below our own, or None if no chat is open now."""
    offered = services().chat
    if offered is None or not is_open(case):
        return None
    sealed = f"/{offered.cases.seal(case.id)}" if case is not None else ""
    return f"/chat{sealed}?lang={language}"


def chat_case(case: Case | None, language: Language) -> ChatCase:
    """Return the data for the chat: of the sent ticket, else of the draft so far."""
    if case is None:
        return ChatCase(id="", language=language)
    sent = services().tickets.get(case.stored.reference) if case.stored.reference else None
    ticket = sent or compose_ticket(
        case.checklist, case.stored.draft, reference="", now=datetime.now(UTC)
    )
    contact, staff = ticket.contact, services().settings.language
    base = services().settings.base_url
    return ChatCase(
        id=case.id,
        language=language,
        name=_short(contact.name),
        email=_short(contact.email),
        phone=_short(contact.phone),
        other_contact=_short(contact.other),
        email_is_proven=_is_proven(ticket),
        reference=ticket.reference,
        cause=_short(ticket.verdict.title.in_(staff)) if ticket.verdict else "",
        about=_short(ticket.headline.in_(staff)),
        link=f"{base}/staff/tickets/{ticket.reference}" if ticket.reference else "",
    )


def _is_proven(ticket: Ticket) -> bool:
    """Check whether the address is from the panel, which knows its owner."""
    return any(
        item.answer == ticket.contact.email and item.source is Source.PANEL for item in ticket.items
    )


def _short(text: str | None) -> str:
    return one_line(text or "", _MAX_VALUE)
