"""Open the database of the settings, and check that its contents can be decrypted."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from intake.database import (
    StorageError,
    StorageNewer,
    migrate,
    open_database,
    restrict_file_access,
    use_encryption_keys,
)
from intake.database.stored_keys import record_keys
from intake.settings import Settings, SettingsError
from intake.settings.data_folder import make_data_folder


def migrated_database(settings: Settings) -> Engine:
    """
    Return the database in the data folder, or of its URL, with the tables of this release.

    Raises:
        SettingsError: the folder or the database can't be used, or a key is missing.
    """
    make_data_folder(settings.data)
    try:
        use_encryption_keys(settings.encryption_key_words)
        engine = open_database(settings.database)
        restrict_file_access(settings.database)
        migrate(engine)
        require_keys(record_keys(engine))
    except StorageNewer as error:
        raise SettingsError(f"INTAKE_DATA: the database can't be used: {error}.") from error
    except (StorageError, OSError) as error:
        name = "INTAKE_DATABASE_URL" if settings.database_url else "INTAKE_DATA"
        is_file = settings.database.startswith("sqlite")
        fix = (
            "Name a place that this user may write."
            if is_file
            else "Look whether that server runs and answers here, and has this database and user."
        )
        raise SettingsError(f"{name}: the database can't be opened ({error}). {fix}") from error
    return engine


def require_keys(missing: Sequence[str]) -> None:
    """
    Check that no encryption key is missing.

    Raises:
        SettingsError: one is missing; the message names it.
    """
    if missing:
        raise SettingsError(
            f"INTAKE_ENCRYPTION_KEYS: what is stored was encrypted with {', '.join(missing)},"
            " which isn't among the keys; add it behind the newest, in the file that"
            " INTAKE_ENCRYPTION_KEYS_FILE names."
        )
