"""All examinations of the doctor, in order of dependence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from diagnostics.texts import LANGUAGES
from intake.authoring.loader import examine_file
from intake.delivery import EmailDesk, Unavailable
from intake.journey.checklist_paths import checklist_files, shipped_folder
from intake.operations.doctor import machine, stored
from intake.operations.doctor.desk_names import examine_desk_names
from intake.operations.doctor.diagnosis import Examination, bad, good, warning
from intake.operations.doctor.start import examine_start
from intake.publishing import ChecklistFolder
from intake.settings import Settings, SettingsError, load_settings, unknown_variables
from intake.wiring.desks import configured_desks

Examine = Callable[[], Iterable[Examination]]


def examine_service() -> Iterator[Examination]:
    """
    Yield every examination; nothing is changed, and nothing is sent.

    If the settings can't be read, only the machine is examined.
    """
    try:
        settings = load_settings()
    except SettingsError as error:
        yield bad("settings", "settings-bad", why=_words_by_language(error))
        yield from _guarded("files", machine.examine_rights)
        return
    yield from examine_settings(settings)
    folder = tuple(_guarded("folder", lambda: machine.examine_folder(settings)))
    yield from folder
    if any(examination.code in machine.NO_FOLDER for examination in folder):
        yield from _guarded("files", machine.examine_rights)
        return
    yield from _guarded("settings", lambda: examine_start(settings))
    yield from _guarded("disk", lambda: machine.examine_disk(settings))
    database = stored.examine_database(settings)
    yield from database.examinations
    engine = database.engine
    newest = stored.newest_moment(engine) if engine is not None and database.is_current else None
    if engine is not None and database.is_current:
        yield from _guarded("backup", lambda: stored.examine_backups(engine))
    yield from _guarded("clock", lambda: machine.examine_clock(settings, newest))
    yield from _guarded("resolver", lambda: machine.examine_resolver(settings))
    yield from _guarded("ping", machine.examine_rights)
    yield from _guarded("mail", lambda: examine_mail(settings))
    yield from _guarded("desks", lambda: examine_desks(settings))
    if engine is not None and database.is_current:
        yield from _guarded("desks", lambda: stored.examine_deliveries(engine))
    yield from _guarded("checklists", lambda: examine_checklists(settings))
    if engine is not None:
        engine.dispose()


def _words_by_language(error: SettingsError) -> dict[str, str]:
    return {language: error.words(language) for language in LANGUAGES}


def _guarded(part: str, examine: Examine) -> Iterator[Examination]:
    """Run one examination; an exception becomes its result and doesn't end the others."""
    try:
        yield from examine()
    except Exception as error:  # noqa: BLE001 - told in the report itself
        yield bad(part, "examination-failed", why=f"{type(error).__name__}: {error}")


def examine_settings(settings: Settings) -> Iterator[Examination]:
    """Examine settings that can be read but may not do what was meant."""
    yield good("settings", "settings-good")
    for words in unknown_variables():
        end = "" if words.endswith(("?", ".")) else "."
        why = _words_by_language(SettingsError(words + end))
        yield warning("settings", "settings-unknown", why=why)
    address = urlsplit(settings.base_url)
    is_local = address.hostname in {"localhost", "127.0.0.1", "::1"}
    if settings.public_url is None:
        yield warning("settings", "settings-no-address", address=settings.base_url)
    elif address.scheme == "http" and not is_local:
        yield warning("settings", "settings-plain-http", address=settings.base_url)
    if address.scheme == "https" and not settings.trusted_proxies:
        yield warning("settings", "settings-no-proxy")


def examine_mail(settings: Settings) -> Iterator[Examination]:
    """Check whether the mail server lets us in; no letter is sent."""
    if settings.smtp_url is None:
        yield warning("mail", "mail-none")
        return
    to = settings.desk_email or settings.operator_email or "postmaster@localhost"
    mailer = EmailDesk(settings.smtp_url.get_secret_value(), to=to, sender=to)
    try:
        mailer.try_connection()
    except Unavailable as error:
        yield bad(
            "mail", "mail-bad", why={"en": str(error).rstrip("."), "ru": error.russian.rstrip(".")}
        )
    else:
        yield good("mail", "mail-good")


def examine_desks(settings: Settings) -> Iterator[Examination]:
    """List the configured desks, and check that the queues and priorities that they take exist."""
    try:
        desks = configured_desks(settings)
    except SettingsError as error:
        yield bad("desks", "settings-bad", why=_words_by_language(error))
        return
    if desks:
        yield good("desks", "desks-good", names=", ".join(entry.desk.name for entry in desks))
    else:
        yield warning("desks", "desks-none")
    if any(any(entry.names.values()) for entry in desks):
        examined = (
            examine_file(file).checklist for file in checklist_files(served_folder(settings))
        )
        yield from examine_desk_names(desks, filter(None, examined))


def served_folder(settings: Settings) -> Path:
    """Return the folder of the checklists that are served."""
    return ChecklistFolder(
        settings.checklists, own=settings.data / "checklists", shipped=shipped_folder()
    ).path


def examine_checklists(settings: Settings) -> Iterator[Examination]:
    """Check the served checklists for errors; their tests aren't run."""
    folder = served_folder(settings)
    files = checklist_files(folder)
    if not files:
        yield bad("checklists", "checklists-none", folder=folder)
        return
    mistakes = [
        problem
        for file in files
        for problem in examine_file(file).problems
        if problem.severity == "error"
    ]
    if mistakes:
        yield bad("checklists", "checklists-broken", errors=len(mistakes), folder=folder)
    else:
        yield good("checklists", "checklists-good", count=len(files))
