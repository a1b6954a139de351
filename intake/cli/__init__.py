"""
The `intake` command.

Each subcommand's module is imported when it is called: without the web server `intake diagnose`
answers a second earlier.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import Annotated

import typer

from intake.cli.lazy_commands import Command, lazy_group

_COMMANDS: dict[str, Command] = {
    "serve": Command(
        "intake.cli.serve",
        "serve_command",
        "Serve the wizard and the inbox; the address is printed when it answers.",
    ),
    "diagnose": Command(
        "intake.cli.diagnose",
        "diagnose_command",
        "Diagnose a host from here: what is wrong, and what to do.",
    ),
    "target": Command(
        "intake.cli.target",
        "target_command",
        "Parse a target as the wizard does. Nothing is contacted.",
    ),
    "letter": Command(
        "intake.cli.letter",
        "letter_command",
        "Explain why a letter came back: cause, who can fix it, what to do. Nothing is contacted.",
    ),
    "read-text": Command(
        "intake.cli.free_text",
        "read_text_command",
        "Extract target, time, error and what changed from a customer's text, secrets masked.",
    ),
    "judge-text": Command(
        "intake.cli.free_text",
        "judge_text_command",
        "Tell which checklist a customer's text is about, and whether it says anything.",
    ),
    "checklists": Command(
        "intake.cli.checklists", "checklists_app", "Check, try and list the checklists."
    ),
    "tickets": Command("intake.cli.tickets", "tickets_app", "List and show tickets."),
    "users": Command(
        "intake.cli.users",
        "users_app",
        "Create, list, change and remove staff accounts with passwords.",
    ),
    "tokens": Command(
        "intake.cli.tokens",
        "tokens_app",
        "Create, list and revoke API tokens.",
    ),
    "audit": Command(
        "intake.cli.audit",
        "audit_command",
        "List what staff did, newest first: sign-ins, replies, publications, users.",
    ),
    "workers": Command(
        "intake.cli.workers", "workers_app", "Create, list and revoke tokens of probe workers."
    ),
    "probe-worker": Command(
        "intake.cli.probe_worker",
        "probe_worker_command",
        "Measure targets from this machine's network for the service at INTAKE_SERVICE_URL.",
    ),
    "translations": Command(
        "intake.cli.translations",
        "translations_command",
        "Print the texts that a language of INTAKE_TRANSLATIONS still lacks.",
    ),
    "deliver": Command(
        "intake.cli.deliver",
        "deliver_command",
        "Deliver everything that waits now, and print what happened.",
    ),
    "doctor": Command(
        "intake.cli.doctor",
        "doctor_command",
        "Check what keeps the service from working, and say what to do.",
    ),
    "worker": Command(
        "intake.cli.worker",
        "worker_command",
        "Deliver, measure and delete for the web processes, with the job queue (PostgreSQL).",
    ),
    "canary": Command(
        "intake.cli.canary",
        "canary_command",
        "Do what a customer does, record the result, and raise an alarm if it fails.",
    ),
    "backup": Command(
        "intake.cli.backup", "backup_command", "Back everything up while the service runs."
    ),
    "restore": Command("intake.cli.backup", "restore_command", "Restore a backup."),
    "purge": Command(
        "intake.cli.retention",
        "purge_command",
        "Delete what is older than the INTAKE_KEEP_… settings allow, as the service does hourly.",
    ),
    "export": Command(
        "intake.cli.retention",
        "export_command",
        "Export everything stored about a ticket or a person: JSON, text, files.",
    ),
    "erase": Command(
        "intake.cli.retention",
        "erase_command",
        "Erase everything stored about a ticket or a person, and list what remains elsewhere.",
    ),
    "replies": Command("intake.cli.replies", "replies_app", "Check and list reply templates."),
    "encryption": Command(
        "intake.cli.encryption",
        "encryption_app",
        "Make encryption keys, and re-encrypt everything with the newest.",
    ),
    "bounce": Command(
        "intake.cli.bounce",
        "bounce_command",
        "Process a bounced mail that the mail server pipes in, and reopen its delivery.",
    ),
    "desks": Command("intake.cli.desks", "desks_app", "List the desks, and test one end to end."),
}


app = typer.Typer(
    name="intake",
    cls=lazy_group(_COMMANDS),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich alone takes longer to import than everything else here
)


def _print_version(is_wanted: bool) -> None:  # noqa: FBT001 - as Typer calls it
    if is_wanted:
        from importlib.metadata import version  # noqa: PLC0415 - slow, and asked for alone

        typer.echo(version("hosting-intake"))
        raise typer.Exit


@app.callback()
def _about(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """From "my site is down" to one complete ticket."""


def main() -> None:
    """Run the command. An error that the operator can fix ends it with one line and status 2."""
    # Else pydantic searches every installed package for plugins.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # A short command frees nothing that it imported: collecting garbage, also at the exit, would be
    # a fifth of all its work. Long-running commands enable it again.
    gc.disable()
    atexit.register(gc.freeze)
    try:
        app()
    except Exception as error:
        from intake.cli.failure_words import failure_words  # noqa: PLC0415 - where one fails

        if (words := failure_words(error)) is None:
            raise
        print(f"intake: {words}", file=sys.stderr)  # noqa: T201 - the command's own voice
        sys.exit(2)
