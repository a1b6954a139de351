"""Where settings come from beside the environment: files that variables name, and a TOML file."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from diagnostics.texts import closest_match

PREFIX = "INTAKE_"


class SettingsError(Exception):
    """A setting can't be used; the message is one line for the operator."""


class FromNamedFiles(PydanticBaseSettingsSource):
    """`INTAKE_X_FILE=/run/secrets/x` sets X to what the file holds, without the last newline."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the library's own signature
        """Return what the file holds that the variable names, if it is set."""
        del field
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            name = f"{PREFIX}{field_name.upper()}_FILE"
            why = getattr(error, "strerror", None) or "it is not text"
            raise SettingsError(
                f"{name}: {path} can't be read ({why}). Name a file that this user may read."
            ) from error

    def __call__(self) -> dict[str, Any]:
        """Collect every field that a file sets."""
        values = {
            name: self.get_field_value(None, name)[0] for name in self.settings_cls.model_fields
        }
        return {name: value for name, value in values.items() if value is not None}


class FromToml(PydanticBaseSettingsSource):
    """`intake.toml`: the same names in lower case, without the prefix."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ANN401 - the library's own signature
        """Unused: `__call__` reads the whole file at once."""
        del field
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Read the file, refusing names that are no setting."""
        named = os.environ.get(f"{PREFIX}CONFIG")
        path = Path(named or "intake.toml")
        if not named and not path.is_file():
            return {}
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(
                f"{PREFIX}CONFIG: {path} can't be read ({error.strerror}). Name a TOML file."
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path}: not TOML: {error}.") from error
        for name in values:
            if name not in self.settings_cls.model_fields:
                raise SettingsError(
                    f"{path}: '{name}' is not a setting{did_you_mean(name, self.settings_cls)}"
                )
        return values


def did_you_mean(name: str, of: type[BaseSettings]) -> str:
    """The end of a sentence about a name that is no setting."""
    match = closest_match(name, of.model_fields)
    return f"; did you mean '{match}'?" if match else ". See docs/settings.md for all of them."
