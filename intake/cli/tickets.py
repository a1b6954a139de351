"""`intake tickets …`: the tickets on a terminal, for people and for scripts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from diagnostics.texts import CompleteLanguage, Language, one_line
from intake.bootstrap import load_services
from intake.cli.failing import fail
from intake.tickets import TicketFilter, TicketRow, parse_reference, render
from intake.tickets.render import Form

tickets_app = typer.Typer(
    help="Read the tickets.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@tickets_app.command("list")
def list_tickets(
    query: Annotated[
        str, typer.Argument(help="words of who, what, target, address, cause, own texts")
    ] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many, newest first")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="how many to pass over")] = 0,
    language: Annotated[CompleteLanguage, typer.Option(help="of the causes")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """The newest tickets first: cause, subject, customer, age, completeness, delivery."""
    rows = load_services().tickets.list(limit, offset, TicketFilter(query=query))
    if as_json:
        typer.echo(json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2))
    else:
        Console().print(_table(rows, language))


@tickets_app.command("show")
def show_ticket(
    reference: Annotated[str, typer.Argument(help="like H4X-7PM-2KP, in any spelling")],
    *,
    form: Annotated[Form, typer.Option("--format", help="how to print it")] = "text",
    as_json: Annotated[bool, typer.Option("--json", help="the same as --format json")] = False,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="of our words; the customer's by default")
    ] = None,
) -> None:
    """One ticket, whole."""
    if parse_reference(reference) is None:
        fail(
            f"{one_line(reference, 40)!r} is no reference: nine characters like H4X-7PM-2KP, and "
            "one of these was misheard or mistyped"
        )
    ticket = load_services().tickets.get(reference)
    if ticket is None:
        typer.echo(f"There is no ticket {parse_reference(reference)} here", err=True)
        raise typer.Exit(1)
    typer.echo(render(ticket, "json" if as_json else form, language).rstrip("\n"))


def _plain(row: TicketRow) -> dict[str, object]:
    return {
        **asdict(row),
        "created_at": row.created_at.isoformat(),
        "headline": row.headline.model_dump(),
        "cause": row.cause.model_dump() if row.cause else None,
    }


def _table(rows: Sequence[TicketRow], language: Language) -> Table:
    """Customers' words go in as `Text`, so that rich reads no [markup] in them."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in ("Reference", "Sent (UTC)", "Cause", "Subject", "Customer", "Known", "Delivery"):
        table.add_column(name, no_wrap=name in {"Reference", "Sent (UTC)", "Known"})
    for row in rows:
        table.add_row(
            row.reference,
            f"{row.created_at:%Y-%m-%d %H:%M}",
            Text(row.cause.in_(language) if row.cause else "-"),
            Text(one_line(row.headline.in_(language), 80)),
            Text(one_line(row.customer, 40)),
            f"{row.answered}/{row.asked}",
            row.delivery,
        )
    return table
