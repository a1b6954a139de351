"""The revisions of the schema: the one that a database has, and those that this release knows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS: Final = Path(__file__).parents[1] / "migrations"
_TABLE: Final = "alembic_version"


def migration_settings() -> Config:
    """Return Alembic's configuration, with the folder of our revisions."""
    from alembic.config import Config  # noqa: PLC0415  slow to import, and needed once

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def known_revisions() -> frozenset[str]:
    """Return every revision of this release."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  see above

    scripts = ScriptDirectory.from_config(migration_settings())
    return frozenset(script.revision for script in scripts.walk_revisions())


def newest_revision() -> str:
    """Return the revision that this release works with."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415  see above

    return str(ScriptDirectory.from_config(migration_settings()).get_current_head())


def stored_revision(connection: Connection) -> str | None:
    """Return the revision of a database; None if it has no tables yet."""
    if not inspect(connection).has_table(_TABLE):
        return None
    revision: str | None = connection.execute(text(f"SELECT version_num FROM {_TABLE}")).scalar()  # noqa: S608 - a constant
    return revision
