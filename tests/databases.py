"""
The databases that the product runs on, for tests of what is stored.

SQLite is a file, PostgreSQL one server for the session; each test gets a database of its own,
copied from one that was migrated.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.daemons.postgresql import postgresql

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A server with the database `migrated`, to be copied."""
    import psycopg  # noqa: PLC0415 - few tests need it

    from intake.database import migrate, open_database  # noqa: PLC0415

    with postgresql() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE migrated")
        engine = open_database(url.replace("/postgres?", "/migrated?"))
        migrate(engine)
        engine.dispose()
        yield url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables, to be copied: making them takes longer than most tests."""
    from intake.database import migrate, open_database  # noqa: PLC0415 - see above

    path = tmp_path_factory.mktemp("migrated") / "intake.sqlite3"
    engine = open_database(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A database of one test."""
    import psycopg  # noqa: PLC0415 - see above

    name = f"test_{next(_NUMBERS)}"
    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE migrated")
        yield postgresql_server.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same test on both; `tests/database` has the short form of PostgreSQL's."""
    return _url_of(request, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The same test on both in the quick suite as well: what processes share is theirs alone."""
    return _url_of(request, tmp_path)


def _url_of(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        path = tmp_path / "intake.sqlite3"
        shutil.copyfile(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("postgresql_url")
    return url
