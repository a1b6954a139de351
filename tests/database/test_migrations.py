"""Every release's tables become today's, step by step and back, with rows in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from intake import database as db
from intake.database.revisions import known_revisions, migration_settings, newest_revision

_ROWS = {
    "0012": "INSERT INTO incidents (id, same, value, since, state, text, opened_at, opened_by,"
    " closing_text, closed_by) VALUES ('i', 'site', 'shop.example', 's', 'open', '{}', 'a', 'b',"
    " '', '')",
    "0013": "INSERT INTO panel_tokens (token_hash, until) VALUES ('h', 'u')",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a table."""
    if request.param == "sqlite":
        engine = db.open_database(f"sqlite:///{tmp_path / 'intake.db'}")
    else:
        import psycopg  # noqa: PLC0415 - few tests need it

        server = request.getfixturevalue("postgresql_server")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS stepwise")
            connection.execute("CREATE DATABASE stepwise")
        engine = db.open_database(server.replace("/postgres?", "/stepwise?"))
    yield engine
    engine.dispose()


def _go(engine: Engine, to: str, *, down: bool = False) -> None:
    config = migration_settings()
    with db.writing(engine) as connection:
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, to)


def test_each_step_goes_up_and_down_with_rows_in_the_tables(empty: Engine) -> None:
    """An operator's release may be any of those before; a broken start is taken back."""
    for revision in sorted(known_revisions()):
        _go(empty, revision)
        if revision in _ROWS:
            with db.writing(empty) as connection:
                connection.execute(text(_ROWS[revision]))
    options = {"include_name": lambda name, *_: not str(name).startswith("ticket_words")}
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert context.get_current_revision() == newest_revision()
        assert compare_metadata(context, db.metadata) == []
        assert connection.execute(text("SELECT value FROM incidents")).scalar() == "shop.example"
        assert connection.execute(text("SELECT token_hash FROM panel_tokens")).scalar() == "h"
    _go(empty, "base", down=True)
    assert set(inspect(empty).get_table_names()) == {"alembic_version"}
    db.migrate(empty)
