"""`intake tokens …`: the tokens of programs that use the API."""

from __future__ import annotations

from typing import Annotated

import typer

from diagnostics.texts import one_line
from intake.accounts.api_tokens import ApiScope
from intake.accounts.audit import COMMAND_LINE
from intake.bootstrap import load_services
from intake.cli.failing import fail

tokens_app = typer.Typer(
    help="Make, list and revoke the tokens of programs that use the API.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)
SCOPE_NAMES = ", ".join(ApiScope)


@tokens_app.command("add")
def add_token(
    name: Annotated[str, typer.Argument(help="what to call the program: a to z, digits, '-'")],
    *,
    scope: Annotated[list[str], typer.Option(help=f"{SCOPE_NAMES}; more than once adds")],
    per_minute: Annotated[int, typer.Option(help="how many requests")] = 60,
) -> None:
    """Make a token, or give a program a new one; it is printed once and stored hashed."""
    services = load_services()
    try:
        token = services.api_tokens.add(name, scope, per_minute=per_minute)
    except ValueError as error:
        fail(f"{one_line(name, 40)!r}: {error}")
    services.audit.add("token.add", name, login=COMMAND_LINE, detail=", ".join(scope))
    typer.echo(token)


@tokens_app.command("list")
def list_tokens() -> None:
    """Every token: its name, its scopes, its limit, when it was last used."""
    rows = load_services().api_tokens.rows()
    if not rows:
        typer.echo("There is no token. To make one: intake tokens add NAME --scope tickets:send")
    for row in rows:
        seen = f"last used {row.seen_at:%Y-%m-%d %H:%M} UTC" if row.seen_at else "never used"
        typer.echo(f"{row.name}  {', '.join(sorted(row.scopes))}  {row.per_minute}/min  {seen}")


@tokens_app.command("revoke")
def revoke_token(
    name: Annotated[str, typer.Argument(help="as `intake tokens list` shows it")],
) -> None:
    """End a token, at once also for a service that runs."""
    services = load_services()
    if not services.api_tokens.revoke(name):
        fail(f"There is no token {one_line(name, 40)!r}")
    services.audit.add("token.revoke", name, login=COMMAND_LINE)
