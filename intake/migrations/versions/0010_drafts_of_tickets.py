"""
Whatever belongs to a ticket goes with it.

Its drafts are found by its reference. The trigger that forgets its words was lost again in the
revision that made it: SQLite drops a table's triggers when the table is rebuilt, as
`batch_alter_table` does.
"""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_drafts_reference"), ["reference"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER IF EXISTS ticket_words_forget")
        op.execute(
            "CREATE TRIGGER ticket_words_forget AFTER DELETE ON tickets "
            "BEGIN DELETE FROM ticket_words WHERE rowid = old.number; END"
        )
    else:
        op.execute(
            "CREATE FUNCTION forget_ticket_words() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN DELETE FROM ticket_words WHERE rowid = old.number; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER ticket_words_forget AFTER DELETE ON tickets "
            "FOR EACH ROW EXECUTE FUNCTION forget_ticket_words()"
        )
    op.execute("DELETE FROM ticket_words WHERE rowid NOT IN (SELECT number FROM tickets)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ticket_words_forget")
    else:
        op.execute("DROP TRIGGER ticket_words_forget ON tickets")
        op.execute("DROP FUNCTION forget_ticket_words()")
    with op.batch_alter_table("drafts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_drafts_reference"))
