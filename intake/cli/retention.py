"""`intake purge`, `intake export` and `intake erase`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from diagnostics.texts import one_line
from intake.accounts.audit import COMMAND_LINE
from intake.bootstrap import Services, load_services
from intake.cli.command_words import counted, explain, fail_saying, say
from intake.database import utc_now
from intake.operations.retention.person import (
    PersonalData,
    erase_data,
    export_data,
    find_personal_data,
)
from intake.operations.retention.policy import retention_policy
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
    Delete what is older than the INTAKE_KEEP_… settings allow, as the service does hourly.

    A ticket that is not with each of its desks yet is never deleted.
    """
    services = load_services()
    counts = purge(services.engine, retention_policy(services.settings), utc_now(), is_dry=is_dry)
    typer.echo(say("Would be deleted:" if is_dry else "Deleted:"))
    for name, count in counts.items():
        typer.echo(f"  {say(_WORDS[name])}: {count}")


def export_command(
    destination: Annotated[Path, typer.Argument(help="a new folder, or a new file ending in .zip")],
    reference: Reference = None,
    *,
    email: Email = None,
) -> None:
    """
    Export everything stored about a ticket or a person: JSON, text, files.

    With notes of colleagues and whole reports: look through it before you hand it out. Exit status
    1 where nothing is found or it can't be written, 2 for no reference.
    """
    services = load_services()
    data = _find_data(services, reference, email)
    try:
        count = export_data(services, data, destination)
    except OSError as error:
        words = "{path} can't be written ({why}); name a new one"
        typer.echo(say(words, path=destination, why=explain(error.strerror)), err=True)
        raise typer.Exit(1) from error
    files = counted("file", count)
    typer.echo(say("{path}: {kept}, {files}", path=destination, kept=_summary(data), files=files))


def erase_command(
    reference: Reference = None,
    *,
    email: Email = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="don't ask")] = False,
) -> None:
    """
    Erase everything stored about a ticket or a person, and list what remains elsewhere.

    Exit status 1 where nothing is found or you said no, 2 for no reference.
    """
    services = load_services()
    data = _find_data(services, reference, email)
    for name in (*data.references, *(say("draft {name}", name=name) for name in data.drafts)):
        typer.echo(name)
    if not is_sure and not typer.confirm(say("Delete {kept} for good?", kept=_summary(data))):
        raise typer.Exit(1)
    # Whose it was is no longer kept, so an address isn't either.
    services.audit.add("data.erase", reference or "", login=COMMAND_LINE, detail=_counts(data))
    remains = erase_data(services, data)
    typer.echo(say("Deleted: {kept}", kept=_summary(data)))
    typer.echo(say("What remains:"))
    words = "  backups made until now; delete those, or erase again after a restore"
    typer.echo(say(words))
    for desk, names in remains.desks.items():
        typer.echo(say("  at desk '{desk}': {names}", desk=desk, names=", ".join(names)))
    words = "  mails that were sent, the audit of staff, and figures: ids, counts and times"
    typer.echo(say(words))


def _find_data(services: Services, reference: str | None, email: str | None) -> PersonalData:
    if (reference is None) == (email is None):
        fail_saying("Name a ticket's reference, or --email ADDRESS")
    if email is not None:
        data = find_personal_data(services.engine, email)
    else:
        parsed = parse_reference(reference or "")
        if parsed is None:
            fail_saying("{typed} is no reference", typed=one_line(reference or "", 40))
        data = PersonalData((parsed,) if services.tickets.get(parsed) else ())
    if data == PersonalData():
        typer.echo(say("Nothing is kept of it"), err=True)
        raise typer.Exit(1)
    return data


def _summary(data: PersonalData) -> str:
    tickets, drafts = len(data.references), len(data.drafts)
    return f"{counted('ticket', tickets)}, {counted('draft', drafts)}"


def _counts(data: PersonalData) -> str:
    """Return the same counts for the audit, which every reader sees in their own language."""
    return f"tickets={len(data.references)}, drafts={len(data.drafts)}"
