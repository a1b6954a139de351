"""
A ticket, for a reader: plain text, Markdown, HTML or JSON, in the reader's language.

Every form says the same in the same order: the cause, the contradictions, what the customer says,
what was measured. What a customer typed is never markup in any of them.
"""

from __future__ import annotations

from typing import Literal, get_args
from zoneinfo import ZoneInfo

from intake.tickets.render.cause import TicketReader
from intake.tickets.render.html import render_html
from intake.tickets.render.markdown import render_markdown
from intake.tickets.render.text import render_text
from intake.tickets.ticket import Ticket

Form = Literal["text", "markdown", "html", "json"]
FORMATS: tuple[Form, ...] = get_args(Form)


def render(  # noqa: PLR0913 - who reads it, and how
    ticket: Ticket,
    form: Form,
    language: str | None = None,
    *,
    files_at: str | None = None,
    reader: TicketReader = "desk",
    zone: ZoneInfo | None = None,
) -> str:
    """
    The ticket in a form and a language, the customer's by default.

    JSON has every language in it. `files_at` is the address under which HTML links the files. To
    the customer as `reader` the ticket says "you", on their own clock; on that of `zone` where no
    browser told which clock that is.
    """
    spoken = language or ticket.language
    if form == "json":
        return render_json(ticket)
    if form == "html":
        return render_html(ticket, spoken, files_at=files_at, reader=reader, zone=zone)
    as_words = render_markdown if form == "markdown" else render_text
    return as_words(ticket, spoken, reader=reader, zone=zone)


def render_json(ticket: Ticket) -> str:
    """The whole document, as `intake tickets show N --json` prints it."""
    return ticket.model_dump_json(indent=2)


__all__ = [
    "FORMATS",
    "Form",
    "TicketReader",
    "render",
    "render_html",
    "render_json",
    "render_markdown",
    "render_text",
]
