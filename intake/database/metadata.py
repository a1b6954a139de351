"""The metadata that all tables belong to."""

from __future__ import annotations

from sqlalchemy import MetaData

# Alembic drops and changes a constraint by its name; unnamed ones are called differently by each
# database.
metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
