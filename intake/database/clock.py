"""The database's own clock, which all processes that share it agree on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ColumnElement


class database_ms(ColumnElement[int]):  # noqa: N801 - it stands in statements, as `func.now` does
    """An SQL expression for the milliseconds since 1970 when the statement runs."""

    inherit_cache = True
    type = BigInteger()


@compiles(database_ms, "sqlite")
def _on_sqlite(_element: database_ms, _compiler: Any, **_: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    # unixepoch('subsec') came with SQLite 3.42. A Julian day is exact to 0.04 ms.
    return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"


@compiles(database_ms, "postgresql")
def _on_postgresql(_element: database_ms, _compiler: Any, **_: Any) -> str:  # noqa: ANN401 - see above
    # Not now(), which is when the transaction began, perhaps before it waited for a row.
    return "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"
