"""Everything stored, written anew with the newest key, or without any; while the service runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    Column,
    LargeBinary,
    RowMapping,
    Table,
    Text,
    and_,
    select,
    tuple_,
    type_coerce,
    update,
)

from intake import database as db
from intake.bootstrap import Services
from intake.database.sealed_columns import SealedBytes, SealedText
from intake.database.stored_keys import forget_other_keys
from intake.operations.retention.person import forget_in_files
from intake.tickets.full_text import reindex_ticket
from intake.tickets.same_problem import write_contact_keys

_BITE: Final = 50


def write_anew(services: Services) -> Iterator[tuple[str, int]]:
    """
    Write what isn't as it would be written now; yields each table and how many rows changed.

    Broken off it goes on where it was: what is done already is left alone.

    Raises:
        StorageSealed: a value can't be read by any key.
        StorageError: the database takes no write.
    """
    for table in db.metadata.sorted_tables:
        columns = [
            column for column in table.columns if isinstance(column.type, SealedText | SealedBytes)
        ]
        if columns:
            yield table.name, _rewrite(services, table, columns)
    yield "ticket_keys", _rewrite_what_is_looked_up(services)
    forget_other_keys(services.engine)
    forget_in_files(services.engine)


def _rewrite(services: Services, table: Table, columns: Sequence[Column[Any]]) -> int:
    engine, keys, changed = services.engine, tuple(table.primary_key.columns), 0
    raw = [
        type_coerce(column, Text if isinstance(column.type, SealedText) else LargeBinary).label(
            column.name
        )
        for column in columns
    ]
    with db.reading(engine) as connection:
        places = [tuple(row) for row in connection.execute(select(*keys).order_by(*keys))]
    for start in range(0, len(places), _BITE):
        bite = places[start : start + _BITE]
        with db.writing(engine) as connection:
            selected = select(*keys, *raw).where(tuple_(*keys).in_(bite))
            rows = connection.execute(selected).mappings().all()
            for row in rows:
                values = _changed(row, columns)
                if values:
                    here = and_(*(key == row[key.name] for key in keys))
                    connection.execute(update(table).where(here).values(**values))
                    changed += 1
    return changed


def _changed(row: RowMapping, columns: Sequence[Column[Any]]) -> dict[str, Any]:
    """What the row's sealed values would be now, where that differs."""
    values: dict[str, Any] = {}
    for column in columns:
        stored = row[column.name]
        if stored is None:
            continue
        is_text = isinstance(column.type, SealedText)
        before = stored.encode() if is_text else bytes(stored)
        after = db.sealed_anew(before)
        if after != before:
            raw = Text if is_text else LargeBinary
            values[column.name] = type_coerce(after.decode() if is_text else after, raw)
    return values


def _rewrite_what_is_looked_up(services: Services) -> int:
    """The customers' addresses by which tickets are found, and the index of words."""
    columns, changed = db.tickets.c, 0
    with db.reading(services.engine) as connection:
        rows = connection.execute(select(columns.reference, columns.number)).all()
    for reference, number in rows:
        ticket = services.tickets.get(reference)
        if ticket is None:
            continue
        with db.writing(services.engine) as connection:
            write_contact_keys(connection, ticket)
            reindex_ticket(connection, number, ticket)
        changed += 1
    return changed
