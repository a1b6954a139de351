"""Build the incidents' parts from the settings; nothing is started."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from intake.incidents import (
    SHIPPED_RULES,
    Feed,
    IncidentFeeds,
    IncidentNotices,
    IncidentRule,
    IncidentStore,
    RuleFileError,
    read_rules,
)
from intake.settings import Settings, SettingsError


def incident_rules(settings: Settings) -> tuple[IncidentRule, ...]:
    """
    Return the rules by which tickets are proposed as an incident.

    Raises:
        SettingsError: the file of rules can't be used.
    """
    try:
        return read_rules(settings.incident_rules or SHIPPED_RULES)
    except RuleFileError as error:
        raise SettingsError(f"INTAKE_INCIDENT_RULES: {error}.") from error


def build_incidents(
    settings: Settings, engine: Engine, on_update: Callable[[], None]
) -> tuple[IncidentStore, IncidentNotices]:
    """
    Return the store, and the notices for customers from it and from other sources.

    Raises:
        SettingsError: the file of rules can't be used.
    """
    store = IncidentStore(engine, incident_rules(settings), on_update=on_update)
    feeds = IncidentFeeds([Feed(*feed) for feed in settings.incident_feeds])
    return store, IncidentNotices(store, feeds)
