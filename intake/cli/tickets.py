"""`intake tickets …`: the tickets on a terminal, for people and for scripts."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from diagnostics.texts import CompleteLanguage, json_text, one_line
from intake.bootstrap import load_services
from intake.cli.command_words import fail_saying, say
from intake.cli.system_language import complete_language
from intake.cli.ticket_table import print_tickets
from intake.tickets import TicketFilter, TicketRow, parse_reference, render
from intake.tickets.render import Form

tickets_app = typer.Typer(
    help="List and show tickets.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@tickets_app.command("list")
def list_tickets(
    query: Annotated[
        str, typer.Argument(help="words of who, what, target, address, cause, own texts")
    ] = "",
    *,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="how many, newest first")] = 50,
    offset: Annotated[int, typer.Option(min=0, help="how many to pass over")] = 0,
    language: Annotated[
        CompleteLanguage | None, typer.Option(help="of the causes; by default the system's")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON array")] = False,
) -> None:
    """The newest tickets first: cause, subject, customer, age, completeness, delivery."""
    rows = load_services().tickets.list(limit, offset, TicketFilter(query=query))
    if as_json:
        typer.echo(json_text([_plain(row) for row in rows], indent=2))
    elif not rows:
        typer.echo(say("No ticket fits {query}", query=query) if query else say("No ticket yet"))
    else:
        print_tickets(rows, complete_language(language))


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
        words = (
            "{typed} is no reference: nine characters like H4X-7PM-2KP, and one of these was"
            " misheard or mistyped"
        )
        fail_saying(words, typed=one_line(reference, 40))
    ticket = load_services().tickets.get(reference)
    if ticket is None:
        words = "There is no ticket {reference} here"
        typer.echo(say(words, reference=parse_reference(reference)), err=True)
        raise typer.Exit(1)
    typer.echo(render(ticket, "json" if as_json else form, language).rstrip("\n"))


def _plain(row: TicketRow) -> dict[str, object]:
    return {
        **asdict(row),
        "created_at": row.created_at.isoformat(),
        "headline": row.headline.model_dump(),
        "cause": row.cause.model_dump() if row.cause else None,
    }
