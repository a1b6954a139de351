"""Re-encrypt everything stored with the newest key, or decrypt it all; while the service runs."""

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
from intake.database.encrypted_columns import EncryptedBytes, EncryptedText
from intake.database.stored_keys import forget_unused_keys
from intake.operations.retention.person import scrub_database_files
from intake.tickets.full_text import reindex_ticket
from intake.tickets.same_problem import write_contact_keys

_BATCH_SIZE: Final = 50


def reencrypt_all(services: Services) -> Iterator[tuple[str, int]]:
    """
    Rewrite the values that would be stored differently now; yield each table and its changed rows.

    After an interruption it continues where it stopped: rewritten values are left alone.

    Raises:
        StorageKeyMissing: no key can decrypt a value.
        StorageError: the database takes no write.
    """
    for table in db.metadata.sorted_tables:
        columns = [
            column
            for column in table.columns
            if isinstance(column.type, EncryptedText | EncryptedBytes)
        ]
        if columns:
            yield table.name, _rewrite(services, table, columns)
    yield "ticket_keys", _rewrite_indexes(services)
    forget_unused_keys(services.engine)
    scrub_database_files(services.engine)


def _rewrite(services: Services, table: Table, columns: Sequence[Column[Any]]) -> int:
    engine, keys, changed = services.engine, tuple(table.primary_key.columns), 0
    raw = [
        type_coerce(column, Text if isinstance(column.type, EncryptedText) else LargeBinary).label(
            column.name
        )
        for column in columns
    ]
    with db.reading(engine) as connection:
        row_keys = [tuple(row) for row in connection.execute(select(*keys).order_by(*keys))]
    for start in range(0, len(row_keys), _BATCH_SIZE):
        batch = row_keys[start : start + _BATCH_SIZE]
        with db.writing(engine) as connection:
            selected = select(*keys, *raw).where(tuple_(*keys).in_(batch))
            rows = connection.execute(selected).mappings().all()
            for row in rows:
                values = _changed_values(row, columns)
                if values:
                    is_row = and_(*(key == row[key.name] for key in keys))
                    connection.execute(update(table).where(is_row).values(**values))
                    changed += 1
    return changed


def _changed_values(row: RowMapping, columns: Sequence[Column[Any]]) -> dict[str, Any]:
    """Return the row's encrypted values as they would be written now, if they differ."""
    values: dict[str, Any] = {}
    for column in columns:
        stored = row[column.name]
        if stored is None:
            continue
        is_text = isinstance(column.type, EncryptedText)
        before = stored.encode() if is_text else bytes(stored)
        after = db.reencrypt_value(before)
        if after != before:
            raw = Text if is_text else LargeBinary
            values[column.name] = type_coerce(after.decode() if is_text else after, raw)
    return values


def _rewrite_indexes(services: Services) -> int:
    """Rewrite the contact keys by which tickets are found, and the index of words."""
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
