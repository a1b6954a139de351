"""`intake encryption …`: make keys for encryption at rest, and re-encrypt everything with them."""

from __future__ import annotations

from typing import Annotated, Final

import typer
from cryptography.fernet import Fernet

from intake.bootstrap import load_services
from intake.cli.system_language import language_of_the_system
from intake.database import StorageError, is_encrypting, key_names, use_encryption_keys
from intake.operations.encryption import reencrypt_all

encryption_app = typer.Typer(
    help="Make encryption keys, and re-encrypt everything with the newest.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
)

_WORDS: Final = {
    "en": {
        "none": "INTAKE_ENCRYPTION_KEYS names no key; `intake encryption new-key` prints one",
        "done": "Everything is encrypted with {name}; older keys are needed for old backups alone",
        "off": "Nothing is encrypted any more; keys are needed for old backups alone",
        "rows": "Written anew, rows: {count}",
        "failed": "Not everything was written anew, say it once more. {why}",
    },
    "ru": {
        "none": "В INTAKE_ENCRYPTION_KEYS нет ключа; его выведет `intake encryption new-key`",
        "done": "Всё зашифровано ключом {name}; прежние нужны только для старых копий",
        "off": "Данные больше не зашифрованы; ключи нужны только для старых копий",
        "rows": "Перезаписано строк: {count}",
        "failed": "Перезаписано не всё, повторите команду. {why}",
    },
}


@encryption_app.command("new-key")
def new_key() -> None:
    """Print a new key; put it first into the file of INTAKE_ENCRYPTION_KEYS_FILE."""
    typer.echo(Fernet.generate_key().decode())


@encryption_app.command("rotate")
def rotate(
    *,
    off: Annotated[bool, typer.Option("--off", help="write everything without encryption")] = False,
) -> None:
    """
    Write everything stored anew with the newest key, while the service runs.

    First every process has to know the newest key. Broken off it goes on where it was. Exit status
    1 where not everything could be written.
    """
    say = _WORDS["ru" if language_of_the_system() == "ru" else "en"]
    services = load_services()
    if not is_encrypting():
        typer.echo(say["none"], err=True)
        raise typer.Exit(1)
    if off:
        use_encryption_keys(services.settings.encryption_key_words, writes=False)
    try:
        rows = sum(count for _, count in reencrypt_all(services))
    except StorageError as error:
        typer.echo(say["failed"].format(why=error), err=True)
        raise typer.Exit(1) from error
    typer.echo(say["rows"].format(count=rows))
    typer.echo(say["off"] if off else say["done"].format(name=key_names()[0]))
