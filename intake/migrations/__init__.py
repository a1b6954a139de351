"""
How the tables came to be: Alembic's revisions, run by `intake.database.migrate`.

`down_revision` is their order. A number is given to a piece of work when it begins, so that two
that go on at the same time don't take the same one; a number that is missing was not needed.
"""
