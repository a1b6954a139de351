"""The part of a ticket that its customer may read."""

from __future__ import annotations

from intake.tickets.ticket import ConversationEntry, Ticket


def _is_assignment(entry: ConversationEntry) -> bool:
    """Check whether somebody took the ticket; that it was handed back is staff's own matter."""
    return entry.kind == "owner" and bool(entry.details.get("owner"))


def for_customer(ticket: Ticket) -> Ticket:
    """
    Return the ticket for its customer: our conclusions, without raw reports and staff's own notes.

    Reports hold up to 4,096 characters of any page that this server may read, which a customer
    could name as theirs, and our own addresses. Related tickets may be somebody else's. Staff and
    desks get all of it. Who takes care of a ticket is no secret: replies bear that name too.
    """
    diagnoses = tuple(
        diagnosis.model_copy(update={"report": None}) for diagnosis in ticket.diagnoses
    )
    open_entries = tuple(
        entry for entry in ticket.conversation if not entry.is_internal or _is_assignment(entry)
    )
    return ticket.model_copy(
        update={"diagnoses": diagnoses, "conversation": open_entries, "related": ()}
    )
