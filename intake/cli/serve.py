"""`intake serve`: the wizard, the inbox and the delivery in one process."""

from __future__ import annotations

import os
import sys

import structlog
import typer

from intake.bootstrap import Services, services
from intake.cli.lazy_commands import enable_garbage_collection
from intake.cli.system_language import language_of_the_system
from intake.operations.data_lock import DataInUse, data_lock
from intake.operations.doctor.desk_names import examine_desk_names
from intake.operations.open_files import raise_open_files
from intake.operations.process_end import exit_within
from intake.settings import SettingsError, load_settings, unknown_variables
from intake.settings.data_folder import make_data_folder
from intake.web.running.logs import set_up_logs
from intake.web.server import serve

_EXIT_WITHIN_S = 1.0


def serve_command() -> None:
    """Serve the wizard and the inbox; the address is printed when it answers."""
    enable_garbage_collection()
    os.umask(0o077)  # what customers write is for this user's eyes, whoever made the folder
    settings = load_settings()
    set_up_logs(settings.log_level)
    for warning in unknown_variables():
        typer.echo(f"intake: {warning}", err=True)
    raise_open_files()
    make_data_folder(settings.data)
    try:
        with data_lock(settings.data):
            try:
                _tell_undeclared_names(services())
                serve(services(), announce=typer.echo)
            finally:
                exit_within(_EXIT_WITHIN_S)
    except DataInUse as error:
        raise SettingsError(
            f"INTAKE_DATA: {error}: a restore is under way. Wait for it."
        ) from error
    structlog.get_logger(__name__).info("stopped")
    sys.exit(0)


def _tell_undeclared_names(running: Services) -> None:
    """
    Warn of names in the file of desks that no ticket can have; the service starts all
    the same.
    """
    language = "ru" if language_of_the_system() == "ru" else "en"
    for examination in examine_desk_names(running.desks, running.checklists.values()):
        typer.echo(f"intake: {examination.words(language)}", err=True)
