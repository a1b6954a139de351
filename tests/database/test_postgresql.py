"""PostgreSQL in short: what it does otherwise than SQLite; `long` runs all stores on it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from intake import database as db
from intake.database import StorageError, StorageGone
from intake.drafts import delete_old_drafts
from intake.outbox import Outbox
from intake.settings import SettingsError, load_settings
from intake.tickets import TicketFilter
from tests.tickets.example import NOW, Kept, draft


@pytest.fixture(scope="module")
def kept(postgresql_server: str) -> Iterator[Kept]:
    """One database for all of these tests: none minds another's tickets."""
    import psycopg  # noqa: PLC0415 - few tests need it

    with psycopg.connect(postgresql_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE short TEMPLATE migrated")
    kept = Kept(postgresql_server.replace("/postgres?", "/short?"))
    yield kept
    kept.engine.dispose()


def test_the_tables_are_what_the_migrations_make(kept: Kept) -> None:
    options = {"include_name": lambda name, *_: not str(name).startswith("ticket_words")}
    with kept.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("SHOP.exa", True),
        ("анна", True),
        ("anna@", True),
        ("192.0.2", True),
        ("плагины доставку", True),
        ("http.bad_gateway", True),
        ("gateway.bad", False),
        ("it's & (a | b) :* 'x", False),
        ("\\' \" ! <->", False),
        ("___", False),
    ],
)
def test_a_search_finds_as_on_sqlite(kept: Kept, query: str, *, is_found: bool) -> None:
    """Words apart by our own rule: a dot or an @ never makes one word of two, nor a tsquery."""
    mine = kept.send(kept.draft(draft(changed="Обновили плагин доставки"))[1]).reference
    rows = kept.tickets.list(limit=1, ticket_filter=TicketFilter(query=query))
    assert [row.reference for row in rows] == ([mine] if is_found else [])


def test_two_workers_take_two_deliveries(kept: Kept) -> None:
    """Neither waits for the other, and none is taken twice."""
    desk = "two-workers"
    sent = {kept.send(kept.draft()[1], (desk,)).reference for _ in range(2)}
    first = Outbox(kept.engine).lease(NOW, [desk])
    with db.writing(kept.engine) as connection:
        # A third worker is in the middle of taking the other row.
        held = connection.execute(
            text("SELECT id FROM outbox WHERE desk = :desk AND state = 'waiting' FOR UPDATE"),
            {"desk": desk},
        ).all()
        assert len(held) == 1
        assert Outbox(kept.engine).lease(NOW, [desk]) is None
    second = Outbox(kept.engine).lease(NOW, [desk])
    assert first
    assert second
    assert {first.reference, second.reference} == sent


def test_tickets_that_are_sent_at_once_get_numbers_of_their_own(kept: Kept) -> None:
    drafts = [kept.draft()[1] for _ in range(6)]
    ready, sent = threading.Barrier(len(drafts)), []

    def send(draft_id: str) -> None:
        ready.wait(30)
        sent.append(kept.send(draft_id).reference)

    threads = [threading.Thread(target=send, args=(draft_id,)) for draft_id in drafts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(sent)) == len(drafts)


def test_a_deleted_ticket_is_forgotten_by_the_search(kept: Kept) -> None:
    # Of another customer: the same one's earlier tickets get a note of what this one says, and
    # whether tests before this one have sent some depends on their order.
    mine = draft(changed="Zyzzogeton", email="boris@another.example")
    reference = kept.send(kept.draft(mine)[1]).reference
    assert kept.tickets.list(ticket_filter=TicketFilter(query="zyzzogeton"))
    with db.writing(kept.engine) as connection:
        connection.execute(db.tickets.delete().where(db.tickets.c.reference == reference))
        left = text("SELECT count(*) FROM ticket_words WHERE words LIKE '%zyzzogeton%'")
        assert connection.execute(left).scalar() == 0


def test_old_drafts_go(kept: Kept) -> None:
    token, _ = kept.draft()
    assert delete_old_drafts(kept.engine, db.utc_now() + timedelta(days=2)) >= 1
    assert kept.drafts.find(token) is None


def test_a_server_that_goes_away_is_gone_and_back_again(kept: Kept) -> None:
    """As at its restart: who was in the middle is told, and the next one gets a new connection."""
    with pytest.raises(StorageGone):
        _write_to_a_server_that_restarts(kept)
    kept.draft()


def _write_to_a_server_that_restarts(kept: Kept) -> None:
    with db.writing(kept.engine) as connection:
        mine = connection.execute(text("SELECT pg_backend_pid()")).scalar()
        with db.reading(kept.engine) as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        connection.execute(text("SELECT 1"))


def test_a_server_that_isnt_there_is_gone() -> None:
    engine = db.open_database("postgresql://intake@127.0.0.1:1/intake")
    with pytest.raises(StorageError), db.reading(engine):
        pass


@pytest.mark.parametrize(
    ("url", "is_good"),
    [
        ("postgresql://intake:secret@db.example/intake", True),
        ("postgresql://intake:p%23%2F@db.example:5432/intake?sslmode=require", True),
        ("postgresql:///intake?host=/run/postgresql", True),
        ("postgresql://intake:p#w@db.example/intake", False),
        ("postgresql://intake:secret@db.example:notaport/intake", False),
        ("postgresql://db.example", False),
        ("mysql://db.example/intake", False),
    ],
)
def test_a_url_that_would_dial_another_host_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str, *, is_good: bool
) -> None:
    monkeypatch.setenv("INTAKE_DATABASE_URL", url)
    if is_good:
        assert load_settings().database == url
        return
    with pytest.raises(SettingsError, match="INTAKE_DATABASE_URL") as error:
        load_settings()
    assert "secret" not in str(error.value)
