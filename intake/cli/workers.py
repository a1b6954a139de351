"""`intake workers …`: the tokens of the operator's probe workers."""

from __future__ import annotations

from typing import Annotated

import typer

from diagnostics.texts import one_line
from intake.accounts.audit import COMMAND_LINE
from intake.bootstrap import load_services
from intake.cli.command_words import explain, fail_saying, say

workers_app = typer.Typer(
    help="Create, list and revoke tokens of probe workers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)


@workers_app.command("add")
def add_worker(
    name: Annotated[str, typer.Argument(help="what to call it: a to z, digits, '-'")],
    *,
    place: Annotated[str, typer.Option(help="where it stands, as reports say it, like Oslo")],
) -> None:
    """
    Make a worker, or give one a new token; the token is printed once and stored hashed.

    Start the worker with it, on another machine: `intake probe-worker`.
    """
    services = load_services()
    try:
        token = services.workers.add(name, place)
    except ValueError as error:
        fail_saying(
            "{name} at {place}: {why}",
            name=one_line(name, 40),
            place=one_line(place, 80),
            why=explain(error),
        )
    services.audit.add("worker.add", name, login=COMMAND_LINE, detail=place)
    typer.echo(token)


@workers_app.command("list")
def list_workers() -> None:
    """Every worker: its name, its place, when it last asked for a job."""
    rows = load_services().workers.rows()
    if not rows:
        typer.echo(say("There is no worker. To make one: intake workers add NAME --place PLACE"))
    for row in rows:
        seen = (
            say("last seen {at} UTC", at=f"{row.seen_at:%Y-%m-%d %H:%M}")
            if row.seen_at
            else say("never seen")
        )
        typer.echo(f"{row.name}  {row.place}  {seen}")


@workers_app.command("remove")
def remove_worker(
    name: Annotated[str, typer.Argument(help="as `intake workers list` shows it")],
) -> None:
    """Revoke a worker's token, at once also for a service that runs."""
    services = load_services()
    if not services.workers.remove(name):
        fail_saying("There is no worker {name}", name=one_line(name, 40))
    services.audit.add("worker.remove", name, login=COMMAND_LINE)
    typer.echo(say("{name} is removed, its token is revoked", name=name))
