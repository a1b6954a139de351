"""
The errors of the database: one family, whatever the driver raises.

The driver, SQLAlchemy and its pool each raise exceptions of their own; callers would have to know
all three. `translated_errors` turns them into these, with the driver's own words in the chain.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc


class StorageError(RuntimeError):
    """The database could not read or write; nothing of the transaction was stored."""


class StorageBusy(StorageError):  # noqa: N818  a state that passes, not a fault
    """Another process or thread held the database, or all connections, for too long: try again."""


class StorageFull(StorageError):  # noqa: N818  see StorageBusy
    """There is no room left on the disk, or the quota is used up."""


class StorageGone(StorageError):  # noqa: N818  see StorageBusy
    """
    The database's file was removed, replaced or can't be opened, or its server can't be
    reached.
    """


class StorageNewer(StorageError):  # noqa: N818  see StorageBusy
    """A newer release has changed the tables, so this release must not use them."""


# The low byte of an extended result code (https://www.sqlite.org/rescode.html).
_SQLITE_ERRORS: dict[int, type[StorageError]] = {
    sqlite3.SQLITE_BUSY: StorageBusy,
    sqlite3.SQLITE_LOCKED: StorageBusy,
    sqlite3.SQLITE_FULL: StorageFull,
    sqlite3.SQLITE_CANTOPEN: StorageGone,
    sqlite3.SQLITE_NOTADB: StorageGone,
}
# PostgreSQL's SQLSTATE, whole or by its first two characters (its manual, appendix A).
_POSTGRESQL_ERRORS: dict[str, type[StorageError]] = {
    "53300": StorageBusy,  # too many connections: some will end
    "08": StorageGone,  # connection exception
    "53": StorageFull,  # insufficient resources
    "55": StorageBusy,  # object not in prerequisite state: a lock isn't available
    "57": StorageGone,  # operator intervention: the server shuts down
    "40": StorageBusy,  # transaction rollback: a deadlock, or two that changed the same
    "25006": StorageGone,  # read-only: a standby
    "58": StorageGone,  # system error of the server
    "XX001": StorageGone,  # data corrupted
}


@contextmanager
def translated_errors() -> Iterator[None]:
    """
    Raise a `StorageError` in place of the driver's or SQLAlchemy's exception.

    A broken constraint or a wrong statement is a bug of ours and stays as it is.

    Raises:
        StorageError: or one of its subclasses, if the cause is known.
    """
    try:
        yield
    except (exc.IntegrityError, exc.ProgrammingError, exc.DataError, sqlite3.IntegrityError):
        raise
    except exc.TimeoutError as error:  # the pool's: all connections are in use
        raise StorageBusy(f"no connection to the database in time ({error})") from error
    except exc.DBAPIError as error:
        raise _error_class(error.orig)(_first_line(error.orig)) from error
    except sqlite3.Error as error:  # BEGIN and the pragmas go to the driver without SQLAlchemy
        raise _error_class(error)(_first_line(error)) from error


def _error_class(error: BaseException | None) -> type[StorageError]:
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", None)  # absent where Python itself raised
        return _SQLITE_ERRORS.get(code & 0xFF, StorageError) if code is not None else StorageError
    state = str(getattr(error, "sqlstate", None) or "")
    return _POSTGRESQL_ERRORS.get(state) or _POSTGRESQL_ERRORS.get(state[:2], StorageError)


def _first_line(error: BaseException | None) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
