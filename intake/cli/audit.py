"""`intake audit`: what staff did, and when."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from diagnostics.texts import json_text
from intake.accounts.audit import COMMAND_LINE, AuditRow
from intake.bootstrap import load_services
from intake.cli.command_words import counted, say
from intake.database import utc_now


def audit_command(  # noqa: PLR0913 - each narrows the list
    *,
    who: Annotated[str, typer.Option(help="one login")] = "",
    action: Annotated[str, typer.Option(help="one action, like ticket.write")] = "",
    about: Annotated[str, typer.Option(help="one ticket's reference, file or login")] = "",
    days: Annotated[int, typer.Option(min=1, help="how far back")] = 30,
    limit: Annotated[int, typer.Option(min=1, help="how many at most")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object a line")] = False,
) -> None:
    """List what staff did, newest first: sign-ins, replies, publications, users."""
    since = utc_now() - timedelta(days=days)
    rows = load_services().audit.rows(
        limit=limit, login=who, action=action, about=about, since=since
    )
    if not rows and not as_json:
        typer.echo(
            say("Nothing is written down of the last {days}", days=counted("day", days)), err=True
        )
    for row in rows:
        typer.echo(json_text(_fields(row)) if as_json else _line(row))


def _fields(row: AuditRow) -> dict[str, str]:
    return {
        "at": row.at.isoformat(),
        "login": row.login,
        "name": row.name,
        "action": row.action,
        "about": row.about,
        "detail": row.detail,
    }


def _line(row: AuditRow) -> str:
    login = say(COMMAND_LINE) if row.login == COMMAND_LINE else row.login
    who = f"{row.name} ({login})" if row.name else login
    parts = (f"{row.at:%Y-%m-%d %H:%M:%S}", row.action, row.about, row.detail, who)
    return "  ".join(filter(None, parts))
