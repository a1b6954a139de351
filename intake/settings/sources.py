"""Where settings come from beside the environment: files that variables name, and a TOML file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    TomlConfigSettingsSource,
)

from diagnostics.texts import closest_match

PREFIX = "INTAKE_"


class SettingsError(Exception):
    """A setting can't be used; the message is one line for the operator."""


class FromNamedFiles(PydanticBaseSettingsSource):
    """`INTAKE_X_FILE=/run/secrets/x` sets X to the file's text, without the blanks around it."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the library's own signature
        """
        Return what the file holds that the variable names, if it is set.

        Raises:
            SettingsError: the file can't be read, or is not text.
        """
        del field
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            # `echo` and editors end a file with a newline, which is no part of a secret.
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            name = f"{PREFIX}{field_name.upper()}_FILE"
            why = getattr(error, "strerror", None) or "it is not text"
            raise SettingsError(
                f"{name}: {path} can't be read ({why}). Name a file that this user may read."
            ) from error

    def __call__(self) -> dict[str, Any]:
        """
        Collect every field that a file sets.

        Raises:
            SettingsError: a file can't be read, or is not text.
        """
        values = {
            name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields
        }
        return {name: value for name, value in values.items() if value is not None}


class FromToml(TomlConfigSettingsSource):
    """`intake.toml`, or what `INTAKE_CONFIG` names: names in lower case, without the prefix."""

    def __init__(self, settings_cls: type[BaseSettings]) -> None:
        named = os.environ.get(f"{PREFIX}CONFIG")
        path = Path(named or "intake.toml")
        try:
            # The library takes a missing file for an empty one: right for the default name only.
            if named and not path.is_file():
                raise SettingsError(f"{PREFIX}CONFIG: {path} is not a file. Name a TOML file.")
            super().__init__(settings_cls, toml_file=path)
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}CONFIG: {path} can't be read ({error.strerror}). Name a TOML file."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: not TOML: {error}.") from error
        # `Settings` ignores extra keys, so a misspelt name is told here or nowhere.
        for name in self.toml_data:
            if name not in settings_cls.model_fields:
                raise SettingsError(
                    f"{path}: '{name}' is not a setting{did_you_mean(name, settings_cls)}"
                )


def did_you_mean(name: str, of: type[BaseSettings]) -> str:
    """The end of a message about an unknown name: the closest one, or where all are listed."""
    match = closest_match(name, of.model_fields)
    return f"; did you mean '{match}'?" if match else ". See docs/settings.md for all of them."
