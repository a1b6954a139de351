"""
`intake users …`: staff who sign in with a password, which is asked for or read from
standard input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from diagnostics.texts import one_line
from intake.accounts.audit import COMMAND_LINE
from intake.accounts.rights import StaffRole
from intake.bootstrap import Services, load_services
from intake.cli.command_words import explain, fail_saying, say

users_app = typer.Typer(
    help="Create, list, change and remove staff accounts with passwords.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

Login = Annotated[str, typer.Argument(help="what they sign in with: a to z, digits, . _ @ + -")]
ROLE_NAMES = ", ".join(StaffRole)
Roles = Annotated[list[str], typer.Option("--role", help=f"{ROLE_NAMES}; more than once adds")]


@users_app.command("add")
def add_user(
    login: Login,
    *,
    name: Annotated[str, typer.Option(help="first and last name: replies are signed with it")],
    role: Roles,
) -> None:
    """
    Make a user. The password is asked for twice, or is the first line of standard input.

    reader sees tickets, agent works on them, author writes checklists, admin does everything.
    """
    services = load_services()
    password = _password()
    _try(lambda: services.users.add(login, name, role, password))
    _record(services, "user.add", login, ", ".join(role))
    typer.echo(say("{login} may sign in", login=_login(login)))


@users_app.command("list")
def list_users() -> None:
    """Every user: login, roles, name, and when they were made."""
    rows = load_services().users.rows()
    if not rows:
        typer.echo(
            say("There is no user. To make one: intake users add LOGIN --name NAME --role agent")
        )
    for row in rows:
        roles = ", ".join(sorted(row.roles))
        words = say(
            "{login}  {roles}  {name}  since {day}",
            login=row.login,
            roles=roles,
            name=row.name,
            day=f"{row.created_at:%Y-%m-%d}",
        )
        typer.echo(words)


@users_app.command("role")
def set_role(login: Login, role: Annotated[list[str], typer.Argument(help=ROLE_NAMES)]) -> None:
    """Give a user these roles instead of the ones they have; open pages follow at once."""
    services = load_services()
    _try(lambda: services.users.set_roles(login, role))
    _record(services, "user.role", login, ", ".join(role))
    typer.echo(say("{login} is now: {roles}", login=_login(login), roles=", ".join(role)))


@users_app.command("password")
def set_password(login: Login) -> None:
    """Set a user's password, asked for or read as by `add`, and sign them out everywhere."""
    services = load_services()
    password = _password()
    _try(lambda: services.users.set_password(login, password))
    _record(services, "user.password", login)
    words = "{login} has a new password, and is signed out everywhere"
    typer.echo(say(words, login=_login(login)))


@users_app.command("remove")
def remove_user(login: Login) -> None:
    """Remove a user and sign them out everywhere."""
    services = load_services()
    if not services.users.remove(login):
        fail_saying("There is no user {login}", login=one_line(login, 64))
    _record(services, "user.remove", login)
    typer.echo(say("{login} is removed, and signed out everywhere", login=_login(login)))


def _password() -> str:
    """
    Read the password from the terminal, twice and hidden; else from the first line of standard
    input.

    Never from an argument: every process of the machine may read those.
    """
    if sys.stdin.isatty():
        return str(typer.prompt(say("Password"), hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _try(change: Callable[[], object]) -> None:
    try:
        change()
    except ValueError as error:
        fail_saying("Not done: {why}", why=explain(error))


def _record(services: Services, action: str, login: str, detail: str = "") -> None:
    services.audit.add(action, _login(login), login=COMMAND_LINE, detail=detail)


def _login(typed: str) -> str:
    """Return the login as it is stored."""
    return typed.strip().lower()
