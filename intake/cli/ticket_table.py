"""
Tickets as a table: one line each, as wide as the terminal; uncut if the output goes
into a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from babel.dates import format_timedelta
from rich.console import Console
from rich.table import Table
from rich.text import Text

from diagnostics.texts import Language, one_line
from intake.cli.command_words import say
from intake.cli.system_language import complete_language
from intake.database import utc_now
from intake.tickets import TicketRow

_FULL_WIDTH: Final = 140  # columns that all of it takes at the least
_MAX_TEXT: Final = 400  # characters of a customer's words, where nothing is cut
_UNLIMITED_WIDTH: Final = 10 * _MAX_TEXT
_STATES: Final = {
    "none": "-",
    "waiting": "waits for delivery",
    "delivered": "delivered",
    "parked": "NOT delivered",
}


def print_tickets(rows: Sequence[TicketRow], language: Language) -> None:
    """Print the tickets, newest first, to standard output."""
    console = Console()
    if not console.is_terminal:
        console = Console(width=_UNLIMITED_WIDTH)
    console.print(
        _full_table(rows, language)
        if console.width >= _FULL_WIDTH
        else _short_table(rows, language)
    )


def _short_table(rows: Sequence[TicketRow], language: Language) -> Table:
    """Return a table that fits 80 columns."""
    table = _table("Reference", "Age", "Delivery", "Subject")
    for row in rows:
        headline = one_line(row.headline.in_(language), _MAX_TEXT)
        table.add_row(row.reference, _age(row), say(_STATES[row.delivery]), Text(headline))
    return table


def _full_table(rows: Sequence[TicketRow], language: Language) -> Table:
    """
    Return the full table. Customers' words go in as `Text`, so that rich reads no
    [markup] in them.
    """
    table = _table("Reference", "Sent (UTC)", "Delivery", "Known", "Customer", "Cause", "Subject")
    for row in rows:
        table.add_row(
            row.reference,
            f"{row.created_at:%Y-%m-%d %H:%M}",
            say(_STATES[row.delivery]),
            f"{row.answered}/{row.asked}",
            Text(one_line(row.customer, _MAX_TEXT)),
            Text(row.cause.in_(language) if row.cause else "-"),
            Text(one_line(row.headline.in_(language), _MAX_TEXT)),
        )
    return table


def _table(*names: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    flexible = {"Customer", "Cause", "Subject"}
    for name in names:
        # Of the free words the terminal's width decides; the others are short, and stay whole.
        min_width = None if name in flexible else len(say(name))
        table.add_column(say(name), no_wrap=True, overflow="ellipsis", min_width=min_width)
    return table


def _age(row: TicketRow) -> str:
    passed = max(utc_now() - row.created_at, timedelta(minutes=1))
    return format_timedelta(
        passed, granularity="minute", threshold=1, format="short", locale=complete_language(None)
    )
