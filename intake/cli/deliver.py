"""`intake deliver`: one pass over the outbox, for a cron line or a worried operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import Engine

from diagnostics.texts import one_line
from intake.bootstrap import Services, load_services
from intake.cli.failing import fail
from intake.database import utc_now
from intake.delivery import Attempt
from intake.outbox import DeskPauses, ParkedRow
from intake.tickets import parse_reference

_WHY_LIMIT = 300


def deliver_command(
    *,
    retry: Annotated[
        str | None,
        typer.Option(metavar="REFERENCE", help="try a parked ticket again, like H4X-7PM-2KP"),
    ] = None,
    all_parked: Annotated[
        bool, typer.Option("--all-parked", help="try everything that is parked again")
    ] = False,
) -> None:
    """
    Deliver what waits now, and say what happened.

    A delivery that a desk refused, or that failed for three days, is parked: nobody tries it
    again until you say so. Exit status: 0 all of it arrived, or nothing waited; 1 something
    waits or is parked; 2 there is no such reference.
    """
    services = load_services()
    if not services.worker.desks:
        typer.echo(
            "No desk is set up: INTAKE_SMTP_URL and INTAKE_DESK_EMAIL make one, or INTAKE_DESKS",
            err=True,
        )
        raise typer.Exit(1)
    if retry is not None or all_parked:
        reference = None if all_parked else _reference(services, retry or "")
        if not services.outbox.retry_parked(utc_now(), reference):
            typer.echo(f"Nothing of {reference} is parked" if reference else "Nothing is parked")
    attempts = services.worker.deliver_now()
    for attempt in attempts:
        typer.echo(_described(attempt))
    parked = services.outbox.parked()
    # What this very pass parked has been told above, with its reason.
    just_parked = {(attempt.reference, attempt.desk) for attempt in attempts}
    _list_parked([row for row in parked if (row.reference, row.desk) not in just_parked])
    _list_paused(services.engine)
    if not attempts and not parked:
        typer.echo("Nothing waits")
    if parked or any(attempt.outcome != "delivered" for attempt in attempts):
        raise typer.Exit(1)


def _reference(services: Services, typed: str) -> str:
    reference = parse_reference(typed)
    if reference is None:
        fail(f"{one_line(typed, 40)!r} is no reference: nine characters like H4X-7PM-2KP")
    if services.tickets.get(reference) is None:
        fail(f"There is no ticket {reference}")
    return reference


def _list_parked(rows: Sequence[ParkedRow]) -> None:
    if not rows:
        return
    typer.echo(f"Parked, nobody tries them again: {len(rows)}")
    for row in rows:
        why = one_line(row.why, _WHY_LIMIT)
        typer.echo(f"  {row.reference} for desk '{row.desk}', after {row.attempts} attempts. {why}")
    typer.echo(f"To try again: intake deliver --retry {rows[0].reference}, or --all-parked for all")


def _list_paused(engine: Engine) -> None:
    for pause in DeskPauses(engine).all().values():
        at = f"{pause.until:%Y-%m-%d %H:%M:%S} UTC"
        why = one_line(pause.why, _WHY_LIMIT)
        typer.echo(f"Desk '{pause.desk}' is paused, its tickets wait with it until {at}. {why}")


def _described(attempt: Attempt) -> str:
    """Where, what, what happens next."""
    if attempt.outcome == "delivered":
        return f"{attempt.reference} is with desk '{attempt.desk}'"
    if attempt.next_attempt_at is None:
        return (
            f"{attempt.reference} is parked, a person must look at it. {attempt.why}"
            f" To try again: intake deliver --retry {attempt.reference}"
        )
    at = f"{attempt.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{attempt.reference} stays in the outbox, next attempt {at}. {attempt.why}"
