"""HTML: one article without styles, scripts or outside resources, for a page and for a mail."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
from markupsafe import Markup, escape

from diagnostics.texts import escape_hidden_lines
from intake.tickets.render.cause import TicketReader
from intake.tickets.render.view import TicketView
from intake.tickets.ticket import Ticket


def _lines(text: str) -> Markup:
    """Return the text escaped, with <br> at its line ends, which needs no style sheet."""
    return Markup("<br>\n").join(escape(line) for line in escape_hidden_lines(text).split("\n"))


_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    # `type` instead of `isinstance`: Markup is a subclass of str, and is finished HTML.
    finalize=lambda value: escape_hidden_lines(value) if type(value) is str else value,
)
_templates.filters["lines"] = _lines


def render_html(
    ticket: Ticket,
    language: str,
    *,
    files_url: str | None = None,
    reader: TicketReader = "desk",
    zone: ZoneInfo | None = None,
) -> str:
    """Return the ticket as an HTML fragment; `files_url` is the base address of its files."""
    view = TicketView(ticket, language, zone, reader=reader)
    return _templates.get_template("ticket.html").render(
        view=view, say=view.say, files_url=files_url
    )
