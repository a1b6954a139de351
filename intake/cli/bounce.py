"""`intake bounce`: a returned mail, piped in by the mail server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake.bootstrap import load_services
from intake.cli.diagnose import language_of_the_system
from intake.delivery import EmailDesk
from intake.delivery.bounces import Bounces
from intake.delivery.desks.receipt import RECEIPT

_MOST = 4_000_000  # bytes
_UNREADABLE = 2
_WORDS = {
    "en": {
        "reopened": "{reference} came back: {why} It waits for a person now",
        "noted": "The mail to the customer of {reference} came back: {why}",
        "delayed": "{reference} is late, not lost; nothing was changed",
        "unknown": "It is no mail of ours that waits for anything; nothing was changed",
        "no-notice": "It is no notice of a mail that came back; nothing was changed",
    },
    "ru": {
        "reopened": "{reference} вернулось: {why} Теперь нужен человек",
        "noted": "Письмо клиенту по {reference} вернулось: {why}",
        "delayed": "{reference} задерживается, но не потеряно; ничего не изменено",
        "unknown": "Это не наше письмо, которого кто-то ждёт; ничего не изменено",
        "no-notice": "Это не сообщение о вернувшемся письме; ничего не изменено",
    },
}


def bounce_command(
    file: Annotated[str, typer.Argument(help="A returned mail; - reads what is piped in.")] = "-",
    *,
    to: Annotated[
        str, typer.Option(help="The address it came to, where the mail server tells it.")
    ] = "",
) -> None:
    """
    Take a mail that came back, piped in by the mail server, and reopen its delivery.

    For a pipe of the mail server: "|/opt/intake/bin/intake bounce -" in an alias of
    INTAKE_BOUNCE_ADDRESS. It always ends with status 0, for another status would return the notice
    itself; 2 where the file can't be read.
    """
    try:
        data = sys.stdin.buffer.read(_MOST) if file == "-" else Path(file).read_bytes()[:_MOST]
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(_UNREADABLE) from error
    services = load_services()
    mail_desks = [desk.name for desk in services.worker.desks if isinstance(desk, EmailDesk)]
    bounces = Bounces(services.engine, mail_desks, RECEIPT)
    language = language_of_the_system()
    # Postfix's pipe gives the address in these variables (local(8)).
    addressed_to = to or os.environ.get("ORIGINAL_RECIPIENT", "") or os.environ.get("RECIPIENT", "")
    bounce = bounces.take(data, language, addressed_to)
    words = _WORDS[language if language in _WORDS else "en"][bounce.result]
    typer.echo(words.format(reference=bounce.reference, why=bounce.why))
