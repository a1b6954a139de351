"""`intake bounce`: process a returned mail, piped in by the mail server."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from intake.bootstrap import load_services
from intake.cli.failure_words import failure_words
from intake.cli.system_language import language_of_the_system
from intake.delivery import EmailDesk
from intake.delivery.bounces import Bounces
from intake.delivery.desks.receipt import RECEIPT
from intake.delivery.replies.mailbox import read_mailed_reply

_MAX_BYTES = 4_000_000  # bytes
_UNREADABLE = 2
_WORDS = {
    "en": {
        "reopened": "{reference} came back: {why} It waits for a person now",
        "noted": "The mail to the customer of {reference} came back: {why}",
        "delayed": "{reference} is late, not lost; nothing was changed",
        "unknown": "It is no mail of ours that waits for anything; nothing was changed",
        "no-notice": "It is no notice of a mail that came back; nothing was changed",
        "reply-added": "A reply from {desk} was added to {reference}",
        "reply-known": "{reference} has this reply of {desk} already",
        "reply-own": "It is what Intake wrote to {desk} itself; nothing was changed",
        "reply-customer": "The customer of {reference} wrote it, not {desk}; nothing was changed",
        "reply-empty": "The mail for {reference} is automatic or empty; nothing was changed",
        "reply-no-ticket": "{desk} has no ticket {reference}; nothing was changed",
    },
    "ru": {
        "reopened": "{reference} вернулось: {why} Теперь нужен человек",
        "noted": "Письмо клиенту по {reference} вернулось: {why}",
        "delayed": "{reference} задерживается, но не потеряно; ничего не изменено",
        "unknown": "Это не наше письмо, которого кто-то ждёт; ничего не изменено",
        "no-notice": "Это не сообщение о вернувшемся письме; ничего не изменено",
        "reply-added": "Ответ из {desk} добавлен к {reference}",
        "reply-known": "Этот ответ из {desk} в {reference} уже есть",
        "reply-own": "Это написал в {desk} сам Intake; ничего не изменено",
        "reply-customer": "Это написал клиент {reference}, а не {desk}; ничего не изменено",
        "reply-empty": "Письмо для {reference} автоматическое или пустое; ничего не изменено",
        "reply-no-ticket": "В {desk} нет обращения {reference}; ничего не изменено",
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
    Process a bounced mail that the mail server pipes in, and reopen its delivery.

    Agents' replies from desks that copy them here are added to their tickets.

    For a pipe of the mail server: "|/opt/intake/bin/intake bounce -" in an alias of
    INTAKE_BOUNCE_ADDRESS. It always ends with status 0, for another status would return the notice
    itself: where it could not be taken, standard error says why. 2 where the file can't be read.
    """
    try:
        data = (
            sys.stdin.buffer.read(_MAX_BYTES)
            if file == "-"
            else Path(file).read_bytes()[:_MAX_BYTES]
        )
    except OSError as error:
        typer.echo(f"{file}: {error.strerror}", err=True)
        raise typer.Exit(_UNREADABLE) from error
    try:
        _process(data, to)
    except Exception as error:  # noqa: BLE001 - any status but 0 returns the notice itself
        words = failure_words(error) or f"{type(error).__name__}: {error}"
        typer.echo(f"intake: {words}", err=True)


def _process(data: bytes, to: str) -> None:
    services = load_services()
    language = language_of_the_system()
    # Postfix's pipe gives the address in these variables (local(8)).
    addressed_to = to or os.environ.get("ORIGINAL_RECIPIENT", "") or os.environ.get("RECIPIENT", "")
    words = _WORDS[language if language in _WORDS else "en"]
    mailed = read_mailed_reply(data, services.reply_mailboxes, addressed_to)
    if mailed is not None:
        reply = mailed.reply
        result = services.desk_replies.take(mailed.desk, reply) if reply else "empty"
        text = words[f"reply-{result}"]
        typer.echo(text.format(desk=mailed.desk, reference=mailed.reference))
        return
    mail_desks = [desk.name for desk in services.worker.desks if isinstance(desk, EmailDesk)]
    bounces = Bounces(services.engine, mail_desks, RECEIPT)
    bounce = bounces.take(data, language, addressed_to)
    typer.echo(words[bounce.result].format(reference=bounce.reference, why=bounce.why))
