"""The sources of settings: the environment, files that variables name, and a TOML file."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diagnostics.texts import Language, closest_match

if TYPE_CHECKING:
    from pydantic import ValidationError

PREFIX = "INTAKE_"
_FILE = "intake.toml"


class SettingsError(Exception):
    """A setting can't be used; the message is one line for the operator."""

    def words(self, language: Language) -> str:
        """Return the message in a language."""
        if language != "ru":
            return str(self)
        from intake.settings.russian import in_russian  # noqa: PLC0415 - for a mistake alone

        return in_russian(str(self))


def is_anything_set() -> bool:
    """Check whether any setting is written anywhere; else every one has its default."""
    is_named = any(variable.upper().startswith(PREFIX) for variable in os.environ)
    return is_named or Path(_FILE).exists()


def read_values(names: Collection[str]) -> dict[str, Any]:
    """
    Return the values that are written for these settings; environment variables override named
    files, and those override the TOML file.

    Raises:
        SettingsError: a file can't be read, or the TOML names something that is no setting.
    """
    return {
        **_toml_values(names),
        **dict(_named_file_values(names)),
        **dict(_environment_values(names)),
    }


def _environment_values(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the settings of variables: `INTAKE_X` sets X, ignoring case."""
    variables = {variable.upper(): value for variable, value in os.environ.items()}
    for name in names:
        if (value := variables.get(f"{PREFIX}{name.upper()}")) is not None:
            yield name, value


def _named_file_values(names: Collection[str]) -> Iterator[tuple[str, str]]:
    """
    Yield the settings of files: `INTAKE_X_FILE=/run/secrets/x` sets X to the file's
    text, stripped.
    """
    for name in names:
        variable = f"{PREFIX}{name.upper()}_FILE"
        path = os.environ.get(variable)
        if not path:
            continue
        yield name, _read_secret(path, variable)


def _read_secret(path: str, named_by: str) -> str:
    try:
        # `echo` and editors end a file with a newline, which is no part of a secret.
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not text"
        raise SettingsError(
            f"{named_by}: {path} can't be read ({why}). Name a file that this user may read."
        ) from error


def _toml_values(names: Collection[str]) -> dict[str, Any]:
    """
    Return the settings of `intake.toml` or of the file named by `INTAKE_CONFIG`; lower case, no
    prefix.
    """
    configured = os.environ.get(f"{PREFIX}CONFIG")
    path = Path(configured or _FILE)
    if not path.is_file():
        if configured:
            raise SettingsError(f"{PREFIX}CONFIG: {path} is not a file. Name a TOML file.")
        return {}
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}CONFIG: {path} can't be read ({error.strerror}). Name a TOML file."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f'{path}: not TOML: {error}. A line looks like name = "Acme support", texts in quotes.'
        ) from error
    for name in [key for key in values if key not in names]:
        setting = name.removesuffix("_file")
        if setting != name and setting in names and isinstance(values[name], str):
            read = _read_secret(values.pop(name), f"{path}: {name}")
            values.setdefault(setting, read)
        else:
            raise SettingsError(
                f"{path}: '{name}' is not a setting{_unknown_name_hint(name, values, names)}"
            )
    return values


def _unknown_name_hint(name: str, values: Mapping[str, Any], names: Collection[str]) -> str:
    """Return the end of a message about a key of the TOML file that is no setting."""
    if isinstance(values[name], dict) and set(values[name]) & set(names):
        return f"; take the line [{name}] out: settings stand below no heading."
    without_prefix = name.lower().removeprefix(PREFIX.lower())
    return (
        f"; write {without_prefix}."
        if without_prefix in names
        else did_you_mean(without_prefix, names)
    )


# What to write for a value of the wrong type; pydantic's own messages are for programmers.
_CORRECTIONS = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "float_parsing": "write a number",
    "bool_parsing": "write yes or no",
    "bool_type": "write yes or no",
    "string_type": "write a text, in quotes",
    "literal_error": "write {expected}",
    "greater_than": "write more than {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than": "write less than {lt}",
    "less_than_equal": "write {le} or less",
    "string_too_short": "write at least {min_length} characters",
    "string_too_long": "write at most {max_length} characters",
    "string_pattern_mismatch": "it has a sign that can't be there; see docs/settings.md",
    "path_type": "write the path of a file or folder",
}


def settings_error(error: ValidationError) -> SettingsError:
    """Return an error with one line: which setting can't be used, and what to write instead."""
    first = error.errors()[0]
    # pydantic puts these words before the text of every ValueError.
    message = first["msg"].removeprefix("Value error, ").rstrip(".")
    # A rule about several settings at once names them in its own message.
    if not first["loc"]:
        return SettingsError(f"{message}.")
    if correction := _CORRECTIONS.get(first["type"]):
        message = correction.format_map(first.get("ctx", {}))
    name = f"{PREFIX}{str(first['loc'][0]).upper()}"
    end = "" if message.endswith("?") else "."
    return SettingsError(f"{name}: {message[:1].lower() + message[1:]}{end}")


def did_you_mean(name: str, names: Collection[str], *, prefix: str = "") -> str:
    """
    Return the end of a message about an unknown name: the closest one, or where all are
    listed.
    """
    match = closest_match(name, names)
    if not match:
        return ". See docs/settings.md for all of them."
    suggestion = f"{prefix}{match.upper()}" if prefix else match
    return f"; did you mean '{suggestion}'?"
