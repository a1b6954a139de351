"""`intake canary`: send a test ticket the whole way of a customer; for a timer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final
from urllib.parse import urlsplit

import typer

from diagnostics.texts import one_line
from intake.bootstrap import load_services
from intake.cli.failing import fail
from intake.cli.system_language import language_of_the_system
from intake.database import StorageError, utc_now
from intake.operations.alarms.messenger import AlarmMessenger
from intake.operations.canary.report import alarm, ping_end, ping_start
from intake.operations.canary.walk import CanaryWalk
from intake.operations.canary_history import CanaryRun, last_run
from intake.settings import SettingsError, load_settings
from intake.settings.foreign_path import require_own_path

_WORDS: Final = {
    "en": {
        "server": "the server answers",
        "start": "the first page has its choices",
        "begin": "a draft is begun",
        "send": "a ticket is sent, its number shown",
        "store": "the ticket is in the database",
        "probes": "a site known to work is measured",
        "desks": "each desk takes a test ticket",
        "clean": "nothing of it is left",
        "good": "A customer gets through",
        "bad": "A customer doesn't get through, see ✗",
        "no-control": "left out, INTAKE_CONTROL names no site",
        "not-due": "left out, not due yet; --desks does it now",
        "no-desk": "left out, no desk is set up",
        "no-url": "--url: {url} is no address; write one like https://help.example.com",
        "by-hand": "{url} isn't the address of INTAKE_CANARY_URL or INTAKE_PUBLIC_URL: the walk is"
        " not kept, and nobody is alarmed",
    },
    "ru": {
        "server": "сервер отвечает",
        "start": "на первой странице есть выбор",
        "begin": "черновик начат",
        "send": "обращение отправлено, номер показан",
        "store": "обращение есть в базе",
        "probes": "заведомо рабочий сайт измерен",
        "desks": "каждая система приняла пробное обращение",
        "clean": "после прохода ничего не осталось",
        "good": "Клиент проходит до конца",
        "bad": "Клиент не проходит до конца, смотрите ✗",
        "no-control": "пропущено, в INTAKE_CONTROL нет ни одного сайта",
        "not-due": "пропущено, ещё не пора; с --desks выполнится сейчас",
        "no-desk": "пропущено, ни одна система не подключена",
        "no-url": "--url: {url} — не адрес; напишите, например, https://help.example.com",
        "by-hand": "{url} — не адрес из INTAKE_CANARY_URL или INTAKE_PUBLIC_URL: проход не"
        " сохраняется, и никто не получит тревогу",
    },
}


def canary_command(
    *,
    url: Annotated[
        str | None, typer.Option(help="where to walk; by default INTAKE_CANARY_URL, else ours")
    ] = None,
    desks: Annotated[
        bool | None,
        typer.Option("--desks/--no-desks", help="send test tickets to desks whether due or not"),
    ] = None,
) -> None:
    """
    Do what a customer does, record the result, and raise an alarm if it fails.

    Over HTTP from the first page to a ticket's number; then the database, a diagnosis of the first
    site of INTAKE_CONTROL and, every INTAKE_CANARY_DESKS_HOURS, a test ticket to each desk. Its own
    ticket goes to no desk, is in no figure, and is deleted. Exit status 1 where a step failed. A
    walk at another --url than the service's is not kept, and alarms nobody.
    """
    settings = load_settings()
    require_own_path(
        settings.data
    )  # a wrong user is the caller's mistake, not a failure of the service
    say = _WORDS["ru" if language_of_the_system() == "ru" else "en"]
    configured_url = settings.canary_url or settings.base_url
    if url is not None and url.rstrip("/") != configured_url.rstrip("/"):
        _walk_elsewhere(url, say, with_desks=desks)
        return
    ping_start(settings.canary_ping_url)
    messenger = AlarmMessenger(settings)
    try:
        services = load_services()
        before = last_run(services.engine)
        walk = CanaryWalk(services, base=configured_url, with_desks=desks)
    except (SettingsError, StorageError) as error:
        _fail_early(settings.canary_ping_url, messenger, error)
        raise typer.Exit(1) from error
    _show(walk, say)
    try:
        walk.keep()
    except StorageError as error:
        typer.echo(str(error), err=True)
    ping_end(settings.canary_ping_url, walk.run)
    alarm(messenger, walk.run, before)
    _end(walk, say)


def _walk_elsewhere(url: str, say: Mapping[str, str], *, with_desks: bool | None) -> None:
    """
    Walk at an address that a person typed. A mistake in it, or a fault of another server, alarms
    nobody.
    """
    address = urlsplit(url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        fail(say["no-url"].format(url=one_line(url, 200)))
    typer.echo(say["by-hand"].format(url=one_line(url, 200)), err=True)
    walk = CanaryWalk(load_services(), base=url, with_desks=with_desks)
    _show(walk, say)
    _end(walk, say)


def _show(walk: CanaryWalk, say: Mapping[str, str]) -> None:
    for step in walk.steps():
        mark = "–" if step.is_skipped else "✓" if step.is_good else "✗"
        words = say[step.note] if step.is_skipped else step.note
        typer.echo(f"{mark} {say[step.name]}{f': {words}' if words else ''}")


def _end(walk: CanaryWalk, say: Mapping[str, str]) -> None:
    typer.echo(say["bad"] if walk.run.failed_step else say["good"])
    if walk.run.failed_step:
        raise typer.Exit(1)


def _fail_early(ping_url: str | None, messenger: AlarmMessenger, error: Exception) -> None:
    """Report that the database can't be opened. Nothing can be stored, so every walk reports it."""
    run = CanaryRun(utc_now(), 0, "store", str(error))
    typer.echo(f"✗ {error}", err=True)
    ping_end(ping_url, run)
    alarm(messenger, run, None)
