"""
Every setting of the product, read once at start.

From the environment (`INTAKE_…`), from the file a variable names (`INTAKE_X_FILE`, for secrets
that a platform mounts), or from a TOML file (`INTAKE_CONFIG`, else `intake.toml` in the working
directory), in that order. A setting that can't be used stops the start with one line that names
it and says what to write instead.

The model of all settings takes a tenth of a second to load, so it is imported at its first use, and
a command that needs no settings doesn't load it.
"""

from typing import TYPE_CHECKING, Any

from intake.settings.sources import PREFIX, SettingsError, is_anything_set

if TYPE_CHECKING:
    from intake.settings.model import Settings, load_settings, unknown_variables

__all__ = [
    "PREFIX",
    "Settings",
    "SettingsError",
    "is_anything_set",
    "load_settings",
    "unknown_variables",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the model offers
    """Import a name from the model (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'intake.settings' has no attribute {name!r}")
    from intake.settings import model  # noqa: PLC0415 - see above

    return getattr(model, name)
