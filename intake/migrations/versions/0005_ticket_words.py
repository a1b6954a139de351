"""Tickets have numbers in their order, an owner, and an index of their words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("cause_code", sa.String(length=80), nullable=True))
        batch_op.add_column(
            sa.Column("owner", sa.String(length=80), server_default="", nullable=False)
        )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    cause_code = "json_extract(cause, '$.code')" if is_sqlite else "cause::json ->> 'code'"
    op.execute(
        f"UPDATE tickets SET number = numbered.number, cause_code = {cause_code} "
        "FROM (SELECT reference, row_number() OVER (ORDER BY created_at, reference) AS number "
        "FROM tickets) AS numbered WHERE numbered.reference = tickets.reference"
    )
    if is_sqlite:
        _create_sqlite_index()
    else:
        _create_postgresql_index()
    op.execute("INSERT INTO ticket_words (rowid, words) SELECT number, search FROM tickets")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_column("search")
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch_op.create_unique_constraint(batch_op.f("uq_tickets_number"), ["number"])
        batch_op.create_index(
            batch_op.f("ix_tickets_state_number"), ["state", "number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tickets_queue_number"), ["queue", "number"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_tickets_cause_code_number"), ["cause_code", "number"], unique=False
        )


def _create_sqlite_index() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE ticket_words USING fts5("
        "words, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')"
    )
    op.execute(
        "CREATE TRIGGER ticket_words_forget AFTER DELETE ON tickets "
        "BEGIN DELETE FROM ticket_words WHERE rowid = old.number; END"
    )


def _create_postgresql_index() -> None:
    """
    What FTS5 does by itself. The words are put apart before they come here.

    The parser of PostgreSQL would take addresses and numbers as a whole.
    """
    op.execute(
        "CREATE TABLE ticket_words (rowid integer CONSTRAINT pk_ticket_words PRIMARY KEY, "
        "words text NOT NULL, "
        "vector tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED)"
    )
    op.execute("CREATE INDEX ix_ticket_words_vector ON ticket_words USING gin (vector)")


def downgrade() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.add_column(sa.Column("search", sa.Text(), nullable=True))
    op.execute(
        "UPDATE tickets SET search = "
        "(SELECT words FROM ticket_words WHERE ticket_words.rowid = tickets.number)"
    )
    op.execute("DROP TABLE ticket_words")
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_tickets_cause_code_number"))
        batch_op.drop_index(batch_op.f("ix_tickets_queue_number"))
        batch_op.drop_index(batch_op.f("ix_tickets_state_number"))
        batch_op.drop_constraint(batch_op.f("uq_tickets_number"), type_="unique")
        batch_op.alter_column("search", existing_type=sa.Text(), nullable=False)
        batch_op.drop_column("owner")
        batch_op.drop_column("cause_code")
        batch_op.drop_column("number")
