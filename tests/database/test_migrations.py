"""Every release's tables become today's, step by step and back, with rows in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, insert, inspect, select, text
from sqlalchemy import column as sql_column
from sqlalchemy import table as sql_table
from sqlalchemy.sql import sqltypes

from intake import database as db
from intake import migrations
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


# Of before the first release. From the next on an old process may go on beside a new one.
_BASELINE = "0014"
_TAKES_AWAY = {"drop_table", "drop_column", "drop_constraint", "rename_table"}


def test_every_step_since_only_adds() -> None:
    """Else a process of the release before would fail in the middle of a rolling restart."""
    folder = Path(migrations.__file__).parent / "versions"
    newer = [path for path in sorted(folder.glob("[0-9]*.py")) if path.name[:4] > _BASELINE]
    assert newer
    for path in newer:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        [upgrade] = [
            node
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name == "upgrade"
        ]
        called = {
            node.func.attr
            for node in ast.walk(upgrade)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        }
        assert not called & _TAKES_AWAY, path.name


def test_what_the_release_before_writes_is_whole_in_the_new_tables(empty: Engine) -> None:
    """Rows with the columns that it knows, into the tables as they are after the newest step."""
    _go(empty, _BASELINE)
    known = {
        name: inspect(empty).get_columns(name)
        for name in inspect(empty).get_table_names()
        if not name.startswith(("ticket_words", "alembic_"))
    }
    _go(empty, "head")
    for table in sorted(known, key=_after_its_parents):
        columns = [column for column in known[table] if column.get("autoincrement") is not True]
        values = {column["name"]: _some(column) for column in columns}
        old = sql_table(table, *(sql_column(name) for name in values))
        with db.writing(empty) as connection:
            connection.execute(insert(old), values)
    with db.reading(empty) as connection:
        for table in known:
            rows = connection.execute(select(func.count()).select_from(db.metadata.tables[table]))
            assert rows.scalar_one() == 1, table


def _after_its_parents(table: str) -> int:
    return [one.name for one in db.metadata.sorted_tables].index(table)


def _some(column: Any) -> object:
    """A value that fits the column, the same wherever a row points to another."""
    kind = column["type"]
    if isinstance(kind, sqltypes.Boolean):
        return False
    if isinstance(kind, sqltypes.Integer):
        return 1
    if isinstance(kind, sqltypes.LargeBinary):
        return b"x"
    return "x"
