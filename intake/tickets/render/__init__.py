"""
Render a ticket as plain text, Markdown, HTML or JSON, in the reader's language.

Every form has the same order: the cause, the contradictions, the customer's answers, the
measurements. What a customer typed is never markup in any of them.
"""

from __future__ import annotations

from typing import Literal, get_args
from zoneinfo import ZoneInfo

from diagnostics.texts import escape_hidden_json
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
    files_url: str | None = None,
    reader: TicketReader = "desk",
    zone: ZoneInfo | None = None,
) -> str:
    """
    Return the ticket in a form and a language, the customer's language by default.

    JSON contains every language. `files_at` is the base address for HTML links to the files. For
    the customer as `reader` the ticket says "you" and gives times on the customer's own clock, or
    in `zone` if no browser reported the customer's zone.
    """
    chosen_language = language or ticket.language
    if form == "json":
        return render_json(ticket)
    if form == "html":
        return render_html(ticket, chosen_language, files_url=files_url, reader=reader, zone=zone)
    render_words = render_markdown if form == "markdown" else render_text
    return render_words(ticket, chosen_language, reader=reader, zone=zone)


def render_json(ticket: Ticket) -> str:
    """Return the whole document, as `intake tickets show N --json` prints it."""
    return escape_hidden_json(ticket.model_dump_json(indent=2))


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
