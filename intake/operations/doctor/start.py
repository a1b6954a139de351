"""
Examine what would stop the next start, other than the settings themselves; nothing is
started.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Final

from diagnostics.texts import LANGUAGES
from intake.bootstrap import use_own_translations
from intake.operations.doctor.diagnosis import Examination, bad
from intake.operations.listening_address import check_address
from intake.settings import Settings, SettingsError
from intake.settings.staff_token import read_link_key, read_staff_token
from intake.wiring.desks import configured_desks, reply_mailboxes
from intake.wiring.incidents import incident_rules

_PLACEHOLDER_KEY: Final = b"of a mailbox that nobody writes to"


def examine_start(settings: Settings) -> Iterator[Examination]:
    """Yield each thing that the next start would stop at."""
    checks: tuple[Callable[[Settings], object], ...] = (
        use_own_translations,
        _check_secrets,
        _check_mailboxes,
        incident_rules,
        _check_extras,
        lambda settings_read: check_address(settings_read, may_be_taken=True),
    )
    for check in checks:
        try:
            check(settings)
        except SettingsError as error:
            why = {language: error.words(language) for language in LANGUAGES}
            yield bad("settings", "settings-bad", why=why)


def _check_secrets(settings: Settings) -> None:
    """
    Check the staff token and the link key if they exist; the first start creates
    missing ones.
    """
    if settings.staff_token is not None or (settings.data / "staff-token").exists():
        read_staff_token(settings)
    if (settings.data / "link-key").exists():
        read_link_key(settings)


def _check_mailboxes(settings: Settings) -> None:
    try:
        desks = configured_desks(settings)
    except SettingsError:
        return  # reported by the examination of the desks
    reply_mailboxes(settings, desks, _PLACEHOLDER_KEY)


def _check_extras(settings: Settings) -> None:
    if settings.tracing and find_spec("opentelemetry") is None:
        raise SettingsError(
            "INTAKE_TRACING: OpenTelemetry isn't installed; install hosting-intake[tracing], or"
            " remove the setting"
        )
    if settings.job_queue == "procrastinate" and find_spec("procrastinate") is None:
        raise SettingsError(
            "INTAKE_JOB_QUEUE: procrastinate isn't installed; install hosting-intake[scale]."
        )
