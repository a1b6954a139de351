"""All settings: the groups joined to one model, and how it is read."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import ValidationError

from intake.settings.appearance import AppearanceSettings
from intake.settings.chat import ChatSettings
from intake.settings.delivery import DeliverySettings
from intake.settings.encryption import EncryptionSettings
from intake.settings.foreign_path import require_own_path
from intake.settings.group import SettingsGroup
from intake.settings.incidents import IncidentSettings
from intake.settings.monitoring import MonitoringSettings
from intake.settings.panel import PanelSettings
from intake.settings.probing import ProbingSettings
from intake.settings.retention import RetentionSettings
from intake.settings.scale import ScaleSettings
from intake.settings.service import ServiceSettings
from intake.settings.sources import (
    PREFIX,
    SettingsError,
    did_you_mean,
    read_values,
    settings_error,
)
from intake.settings.staff import StaffSettings
from intake.settings.vantages import VantageSettings


# The order of the groups is that of docs/settings.md.
class Settings(
    ServiceSettings,
    DeliverySettings,
    AppearanceSettings,
    StaffSettings,
    PanelSettings,
    ChatSettings,
    IncidentSettings,
    ProbingSettings,
    VantageSettings,
    RetentionSettings,
    MonitoringSettings,
    ScaleSettings,
    EncryptionSettings,
):
    """Every setting of the product. The environment variable of a field is `INTAKE_<NAME>`."""

    @property
    def database(self) -> str:
        """The database's URL; by default one SQLite file in the data folder."""
        if self.database_url:
            return self.database_url.get_secret_value()
        return f"sqlite:///{(self.data / 'intake.db').absolute()}"


GROUPS: tuple[type[SettingsGroup], ...] = tuple(
    group for group in Settings.__bases__ if issubclass(group, SettingsGroup)
)


def load_settings() -> Settings:
    """
    Read all settings.

    Raises:
        SettingsError: one can't be used; the message is one line naming it and the fix.
    """
    try:
        return Settings.model_validate(read_values(Settings.model_fields))
    except ValidationError as error:
        raise settings_error(error) from None
    except PermissionError as error:  # of a folder on the way to what a setting names
        require_own_path(Path(str(error.filename)), os.R_OK)
        raise SettingsError(
            f"{error.filename}: a setting names it, and this user may not look there."
        ) from None


def unknown_variables() -> tuple[str, ...]:
    """
    Return a message about each `INTAKE_…` variable that is no setting: most likely a typing
    mistake.
    """
    fields = Settings.model_fields
    known = {f"{PREFIX}{name.upper()}" for name in fields}
    known |= {f"{name}_FILE" for name in known} | {f"{PREFIX}CONFIG"}
    return tuple(
        f"{name} is not a setting"
        f"{did_you_mean(name.removeprefix(PREFIX).lower(), fields, prefix=PREFIX)}"
        for name in sorted(os.environ)
        if name.startswith(PREFIX) and name not in known
    )
