"""See `tests/databases.py`."""

from tests.databases import database_url, postgresql_server, postgresql_url

__all__ = ["database_url", "postgresql_server", "postgresql_url"]
