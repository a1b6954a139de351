"""
Alembic's entry: runs the revisions on the connection that it is given.

`intake.database.migrate` opens the transaction and holds the lock; there is no other way in.
"""

from __future__ import annotations

from alembic import context

from intake.database import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
