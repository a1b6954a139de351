"""`intake purge`, `intake export` and `intake erase`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from diagnostics.texts import one_line
from intake.accounts.audit import COMMAND_LINE
from intake.bootstrap import Services, load_services
from intake.cli.failing import fail
from intake.database import utc_now
from intake.operations.retention.person import (
    PersonalData,
    data_of_email,
    erase_data,
    export_data,
)
from intake.operations.retention.policy import policy_of
from intake.operations.retention.purge import purge
from intake.tickets import parse_reference

_WORDS = {
    "drafts": "drafts that nobody sent",
    "tickets": "tickets, with all that belongs to them",
    "files": "tickets' or entries' files",
    "reports": "tickets' measurements",
    "addresses": "tickets' network addresses",
    "audit": "rows of the audit",
}
Reference = Annotated[
    str | None, typer.Argument(help="a ticket's, like H4X-7PM-2KP, in any spelling")
]
Email = Annotated[str | None, typer.Option(help="all that somebody of this address sent")]


def purge_command(
    *,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="only say what would be deleted")
    ] = False,
) -> None:
    """
    Delete what is older than INTAKE_KEEP_… lets it be; the service does it hourly itself.

    A ticket that is not with each of its desks yet is never deleted.
    """
    services = load_services()
    counts = purge(services.engine, policy_of(services.settings), utc_now(), is_dry=is_dry)
    typer.echo("Would be deleted:" if is_dry else "Deleted:")
    for name, count in counts.items():
        typer.echo(f"{count:8} {_WORDS[name]}")


def export_command(
    destination: Annotated[Path, typer.Argument(help="a new folder, or a new file ending in .zip")],
    reference: Reference = None,
    *,
    email: Email = None,
) -> None:
    """
    Write out all that is kept of a ticket or a person: JSON, text, files.

    With notes of colleagues and whole reports: look through it before you hand it out. Exit status
    1 where nothing is found or it can't be written, 2 for no reference.
    """
    services = load_services()
    data = _found(services, reference, email)
    try:
        count = export_data(services, data, destination)
    except OSError as error:
        typer.echo(f"{destination} can't be written ({error.strerror}); name a new one", err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{destination}: {_summary(data)}, {count} files")


def erase_command(
    reference: Reference = None,
    *,
    email: Email = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
) -> None:
    """
    Delete all that is kept of a ticket or a person, and say what remains elsewhere.

    Exit status 1 where nothing is found or you said no, 2 for no reference.
    """
    services = load_services()
    data = _found(services, reference, email)
    for name in (*data.references, *(f"draft {draft}" for draft in data.drafts)):
        typer.echo(name)
    if not is_sure and not typer.confirm(f"Delete {_summary(data)} for good?"):
        raise typer.Exit(1)
    # Whose it was is no longer kept, so an address isn't either.
    services.audit.add("data.erase", reference or "", login=COMMAND_LINE, detail=_summary(data))
    remains = erase_data(services, data)
    typer.echo(f"Deleted: {_summary(data)}")
    typer.echo("What remains:")
    typer.echo("  backups made until now; delete those, or erase again after a restore")
    for desk, names in remains.desks.items():
        typer.echo(f"  at desk '{desk}': {', '.join(names)}")
    typer.echo("  mails that were sent, the audit of staff, and figures: ids, counts and times")


def _found(services: Services, reference: str | None, email: str | None) -> PersonalData:
    if (reference is None) == (email is None):
        fail("Name a ticket's reference, or --email ADDRESS")
    if email is not None:
        data = data_of_email(services.engine, email)
    else:
        parsed = parse_reference(reference or "")
        if parsed is None:
            fail(f"{one_line(reference or '', 40)!r} is no reference")
        data = PersonalData((parsed,) if services.tickets.get(parsed) else ())
    if data == PersonalData():
        typer.echo("Nothing is kept of it", err=True)
        raise typer.Exit(1)
    return data


def _summary(data: PersonalData) -> str:
    return f"{len(data.references)} tickets, {len(data.drafts)} unsent drafts"
