"""`intake deliver`: one pass over the outbox, for a cron line or a worried operator."""

from __future__ import annotations

import typer

from intake.bootstrap import load_services
from intake.delivery import Attempt


def deliver_command() -> None:
    """
    Deliver what is due now, and say what happened.

    Exit status: 0 all that was due arrived, or nothing was; 1 something waits or is parked.
    """
    worker = load_services().worker
    if not worker.desks:
        typer.echo("No desk is set up: INTAKE_SMTP_URL and INTAKE_DESK_EMAIL make one", err=True)
        raise typer.Exit(1)
    attempts = worker.deliver_due()
    for attempt in attempts:
        typer.echo(_said(attempt))
    if not attempts:
        typer.echo("Nothing is due")
    if any(attempt.outcome != "delivered" for attempt in attempts):
        raise typer.Exit(1)


def _said(attempt: Attempt) -> str:
    """Where, what, what happens next."""
    if attempt.outcome == "delivered":
        return f"{attempt.reference} is with desk '{attempt.desk}'"
    if attempt.next_attempt_at is None:
        return f"{attempt.reference} is parked, a person must look at it. {attempt.why}"
    at = f"{attempt.next_attempt_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"{attempt.reference} stays in the outbox, next attempt {at}. {attempt.why}"
