"""`intake deliver`: one pass over the outbox, for a cron line or a worried operator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from sqlalchemy import Engine

from diagnostics.texts import one_line
from intake.bootstrap import Services, load_services
from intake.cli.command_words import counted, fail_saying, say
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
    Deliver everything that waits now, and print what happened.

    A delivery that a desk refused, or that failed for three days, is parked: nobody tries it
    again until you say so. Exit status: 0 all of it arrived, or nothing waited; 1 something
    waits or is parked; 2 there is no such reference.
    """
    services = load_services()
    if not services.worker.desks:
        words = "No desk is set up: INTAKE_SMTP_URL and INTAKE_DESK_EMAIL make one, or INTAKE_DESKS"
        typer.echo(say(words), err=True)
        raise typer.Exit(1)
    if retry is not None or all_parked:
        reference = None if all_parked else _reference(services, retry or "")
        if not services.outbox.retry_parked(utc_now(), reference):
            words = "Nothing of {reference} is parked" if reference else "Nothing is parked"
            typer.echo(say(words, reference=reference))
    attempts = services.worker.deliver_now()
    for attempt in attempts:
        typer.echo(_describe(attempt))
    parked = services.outbox.parked()
    # The rows that this pass parked are printed above, with their reasons.
    just_parked = {(attempt.reference, attempt.desk) for attempt in attempts}
    _list_parked([row for row in parked if (row.reference, row.desk) not in just_parked])
    _list_paused(services.engine)
    if not attempts and not parked:
        typer.echo(say("Nothing waits"))
    if parked or any(attempt.outcome != "delivered" for attempt in attempts):
        raise typer.Exit(1)


def _reference(services: Services, typed: str) -> str:
    reference = parse_reference(typed)
    if reference is None:
        words = "{typed} is no reference: nine characters like H4X-7PM-2KP"
        fail_saying(words, typed=one_line(typed, 40))
    if services.tickets.get(reference) is None:
        fail_saying("There is no ticket {reference} here", reference=reference)
    return reference


def _list_parked(rows: Sequence[ParkedRow]) -> None:
    if not rows:
        return
    typer.echo(say("Parked, nobody tries them again: {count}", count=len(rows)))
    for row in rows:
        why = one_line(row.why, _WHY_LIMIT)
        words = say(
            "  {reference} for desk '{desk}', {attempts}. {why}",
            reference=row.reference,
            desk=row.desk,
            attempts=counted("attempt", row.attempts),
            why=why,
        )
        typer.echo(words)
    words = "To try again: intake deliver --retry {reference}, or --all-parked for all"
    typer.echo(say(words, reference=rows[0].reference))


def _list_paused(engine: Engine) -> None:
    for pause in DeskPauses(engine).all().values():
        at = f"{pause.until:%Y-%m-%d %H:%M:%S} UTC"
        why = one_line(pause.why, _WHY_LIMIT)
        words = "Desk '{desk}' is paused, its tickets wait with it until {at}. {why}"
        typer.echo(say(words, desk=pause.desk, at=at, why=why))


def _describe(attempt: Attempt) -> str:
    """Return where an attempt went, its outcome, and what happens next."""
    if attempt.outcome == "delivered":
        words = "{reference} is with desk '{desk}'"
        return say(words, reference=attempt.reference, desk=attempt.desk)
    if attempt.next_attempt_at is None:
        return say(
            "{reference} is parked, a person must look at it. {why} To try again: intake deliver"
            " --retry {reference}",
            reference=attempt.reference,
            why=attempt.why,
        )
    at = f"{attempt.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC"
    words = "{reference} stays in the outbox, next attempt {at}. {why}"
    return say(words, reference=attempt.reference, at=at, why=attempt.why)
