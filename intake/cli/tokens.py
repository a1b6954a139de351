"""`intake tokens …`: the tokens of programs that use the API."""

from __future__ import annotations

from typing import Annotated

import typer

from diagnostics.texts import one_line
from intake.accounts.api_tokens import ApiScope, ApiToken
from intake.accounts.audit import COMMAND_LINE
from intake.bootstrap import load_services
from intake.cli.command_words import explain, fail_saying, say

tokens_app = typer.Typer(
    help="Create, list and revoke API tokens.",
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
    replace: Annotated[
        bool, typer.Option("--replace", help="revoke the one of this name, and make it anew")
    ] = False,
) -> None:
    """Make a token; it is printed once and stored hashed. A name that is taken needs --replace."""
    services = load_services()
    earlier = next((row for row in services.api_tokens.rows() if row.name == name), None)
    if earlier is not None and not replace:
        words = (
            "There is a token {name} already, with {scopes}. To give the program a new one, and"
            " end that one at once: --replace"
        )
        fail_saying(words, name=name, scopes=_scopes(earlier))
    try:
        token = services.api_tokens.add(name, scope, per_minute=per_minute)
    except ValueError as error:
        fail_saying("{name}: {why}", name=one_line(name, 40), why=explain(error))
    services.audit.add("token.add", name, login=COMMAND_LINE, detail=", ".join(scope))
    if earlier is not None:
        words = "Replaced: the token {name} with {scopes} is revoked"
        typer.echo(say(words, name=name, scopes=_scopes(earlier)), err=True)
    typer.echo(token)


@tokens_app.command("list")
def list_tokens() -> None:
    """Every token: its name, its scopes, its limit, when it was last used."""
    rows = load_services().api_tokens.rows()
    if not rows:
        words = "There is no token. To make one: intake tokens add NAME --scope tickets:send"
        typer.echo(say(words))
    for row in rows:
        seen = (
            say("last used {at} UTC", at=f"{row.seen_at:%Y-%m-%d %H:%M}")
            if row.seen_at
            else say("never used")
        )
        words = "{name}  {scopes}  {count}/min  {seen}"
        values = {"scopes": _scopes(row), "count": row.per_minute, "seen": seen}
        typer.echo(say(words, name=row.name, **values))


@tokens_app.command("revoke")
def revoke_token(
    name: Annotated[str, typer.Argument(help="as `intake tokens list` shows it")],
) -> None:
    """End a token, at once also for a service that runs."""
    services = load_services()
    if not services.api_tokens.revoke(name):
        fail_saying("There is no token {name}", name=one_line(name, 40))
    services.audit.add("token.revoke", name, login=COMMAND_LINE)
    typer.echo(say("{name} is revoked", name=name))


def _scopes(token: ApiToken) -> str:
    return ", ".join(sorted(token.scopes))
