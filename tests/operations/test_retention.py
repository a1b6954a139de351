"""What is deleted after its time, and what is given out or deleted for one person."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, func, select, update

from intake import database as db
from intake.accounts.audit import AuditLog
from intake.bootstrap import Services
from intake.drafts.file_preparation import prepare_file
from intake.operations.retention import purge as purging
from intake.operations.retention.person import (
    PersonalData,
    erase_data,
    export_data,
    find_personal_data,
)
from intake.operations.retention.policy import RetentionPolicy, retention_policy
from intake.operations.retention.purge import is_clock_trusted, purge
from intake.settings import Settings
from intake.tickets import TicketFilter
from intake.tickets.conversation import customer_line
from intake.tickets.conversation_store import ConversationStore
from tests.tickets.example import Kept, answer, draft

DAY = timedelta(days=1)
NOW = db.utc_now()
OLD = NOW - 40 * DAY


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def policy(**days: int) -> RetentionPolicy:
    settings = {f"keep_{name}_days": count for name, count in days.items()}
    return retention_policy(Settings(**settings))  # type: ignore[arg-type]


def send(kept: Kept, at: datetime, *, file: bytes = b"", **answers: str) -> str:
    """A ticket that its desk has."""
    draft_id = kept.draft(draft(**answers))[1]
    if file:
        kept.files.add(draft_id, "shot", "a.txt", file)
    reference = kept.send(draft_id, now=at).reference
    delivered(kept, reference)
    return reference


def delivered(kept: Kept, reference: str, state: str = "delivered") -> None:
    with db.writing(kept.engine) as connection:
        row = db.outbox.c
        connection.execute(
            update(db.outbox).where(row.reference == reference).values(state=state, receipt="42")
        )


def references(kept: Kept, query: str = "") -> Sequence[str]:
    return [row.reference for row in kept.tickets.list(ticket_filter=TicketFilter(query=query))]


def count(kept: Kept, table: Table) -> int:
    with db.reading(kept.engine) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()


def test_by_default_tickets_stay(kept: Kept) -> None:
    send(kept, NOW - 3_000 * DAY)
    assert not any(purge(kept.engine, policy(), NOW).values())


def test_an_old_ticket_goes_with_all_that_belongs_to_it(kept: Kept) -> None:
    old, young = send(kept, OLD, file=b"CANARY"), send(kept, NOW)
    ConversationStore(kept.engine).add(old, customer_line("one more word"))
    delivered(kept, old)
    assert purge(kept.engine, policy(tickets=30), NOW, is_dry=True)["tickets"] == 1
    assert len(references(kept)) == 2
    assert purge(kept.engine, policy(tickets=30), NOW)["tickets"] == 1
    assert references(kept) == references(kept, "shop.example") == [young]
    for table in (db.ticket_attachments, db.ticket_entries):
        assert count(kept, table) == 0
    for table in (db.drafts, db.outbox, db.tickets):
        assert count(kept, table) == 1


@pytest.mark.parametrize("state", ["waiting", "leased", "parked"])
def test_a_ticket_that_is_not_with_its_desk_is_never_deleted(kept: Kept, state: str) -> None:
    delivered(kept, send(kept, OLD), state)
    assert purge(kept.engine, policy(tickets=7), NOW)["tickets"] == 0
    assert len(references(kept)) == 1


def test_many_old_tickets_go_in_bites(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_BATCH_SIZE", 2)
    for _ in range(5):
        send(kept, OLD)  # all at the same moment
    assert purge(kept.engine, policy(tickets=30), NOW, is_dry=True)["tickets"] == 5
    assert purge(kept.engine, policy(tickets=30), NOW)["tickets"] == 5
    assert references(kept) == []


def test_files_measurements_and_addresses_go_before_the_ticket(kept: Kept) -> None:
    reference = send(kept, OLD, file=b"a file of the customer's")
    store = ConversationStore(kept.engine, clock=lambda: OLD)
    store.add(reference, customer_line("see this", [prepare_file("b.txt", b"later")]))
    delivered(kept, reference)
    before = kept.tickets.get(reference)
    assert before
    assert before.diagnoses
    assert before.environment.ip
    once = policy(files=30, reports=30, addresses=30)
    assert purge(kept.engine, once, NOW, is_dry=True)["reports"] == 1
    counts = purge(kept.engine, once, NOW)
    assert (counts["files"], counts["reports"], counts["addresses"]) == (1, 1, 1)
    after = kept.tickets.get(reference)
    assert after
    assert (after.diagnoses, after.environment.ip) == ((), None)
    assert after.verdict == before.verdict
    assert after.items == before.items
    assert count(kept, db.ticket_attachments) == 0
    with db.reading(kept.engine) as connection:
        assert "198.51.100.23" not in str(connection.execute(select(db.drafts)).all())
    # Looked at once: the next pass has nothing to do, and a ticket that is old by then is found.
    assert not any(purge(kept.engine, once, NOW).values())
    send(kept, NOW)
    assert purge(kept.engine, once, NOW + 31 * DAY)["reports"] == 1


def test_files_that_were_added_go_by_their_own_time(kept: Kept) -> None:
    reference = send(kept, OLD)
    store = ConversationStore(kept.engine)
    store.add(reference, customer_line("today's", [prepare_file("b.txt", b"new")]))
    purge(kept.engine, policy(files=30), NOW + 5 * DAY)
    delivered(kept, reference)
    assert purge(kept.engine, policy(files=30), NOW + 5 * DAY)["files"] in (0, 1)
    purge(kept.engine, policy(files=30), NOW + 31 * DAY)
    assert count(kept, db.ticket_attachments) == 0


def test_the_audit_goes_after_its_time(kept: Kept) -> None:
    AuditLog(kept.engine, clock=lambda: OLD).add("sign-in", login="anna")
    AuditLog(kept.engine).add("sign-in", login="boris")
    assert purge(kept.engine, policy(audit=30), NOW, is_dry=True)["audit"] == 1
    assert purge(kept.engine, policy(audit=30), NOW)["audit"] == 1
    assert [row.login for row in AuditLog(kept.engine).rows()] == ["boris"]


def test_drafts_are_kept_as_long_as_the_setting_says(kept: Kept) -> None:
    kept.draft()
    hours = retention_policy(Settings(keep_drafts_hours=72))
    assert purge(kept.engine, hours, NOW + 2 * DAY)["drafts"] == 0
    assert purge(kept.engine, hours, NOW + 4 * DAY, is_dry=True)["drafts"] == 1
    assert purge(kept.engine, hours, NOW + 4 * DAY)["drafts"] == 1


def test_a_clock_that_jumped_has_an_hour_to_be_put_right(kept: Kept) -> None:
    """A start with a clock two days ahead deleted every open draft."""
    assert not is_clock_trusted(kept.engine, NOW)
    assert is_clock_trusted(kept.engine, NOW + timedelta(hours=1))
    assert not is_clock_trusted(kept.engine, NOW + 2 * DAY)
    assert not is_clock_trusted(kept.engine, NOW + timedelta(hours=2))
    assert is_clock_trusted(kept.engine, NOW + timedelta(hours=3))


@pytest.fixture
def person(services: Services) -> str:
    """Two tickets and a draft of one mailbox, in a service with those of others."""
    email = f"vera-{db.utc_now():%H%M%S%f}@mail.example"
    kept = Kept(services.settings.database)
    send(kept, NOW, file=b"of hers", email=email, changed="CANARY-1")
    send(kept, NOW, email=email.upper())
    send(kept, NOW, email="boris@mail.example")
    draft_id = kept.draft()[1]
    kept.drafts.save_answer(draft_id, "email", answer(email))
    return email


def test_all_of_a_person_is_found_and_written_out(
    services: Services, person: str, tmp_path: Path
) -> None:
    found = find_personal_data(services.engine, f" {person} ")
    assert (len(found.references), len(found.drafts)) == (2, 1)
    folder, archive = tmp_path / "hers", tmp_path / "hers.zip"
    count = export_data(services, found, folder)
    assert export_data(services, found, archive) == count
    names = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert names == set(zipfile.ZipFile(archive).namelist())
    tickets = [json.loads(path.read_text()) for path in folder.glob("*/ticket.json")]
    assert {ticket["contact"]["email"].casefold() for ticket in tickets} == {person}
    assert [path.read_bytes() for path in folder.glob("*/files/01-a.txt")] == [b"of hers"]
    with pytest.raises(FileExistsError):
        export_data(services, found, folder)
    with pytest.raises(FileExistsError):
        export_data(services, found, archive)


def test_what_is_erased_is_in_no_table_and_not_in_the_file(services: Services, person: str) -> None:
    found = find_personal_data(services.engine, person)
    remains = erase_data(services, found)
    assert remains.desks == {"email": ["42", "42"]}
    assert find_personal_data(services.engine, person) == PersonalData()
    assert find_personal_data(services.engine, "boris@mail.example").references
    path = str(services.engine.url.database)
    name = person.partition("@")[0]
    with sqlite3.connect(path) as database:
        dump = "\n".join(database.iterdump())
    assert name not in dump.casefold()
    services.engine.dispose()
    assert name.encode() not in Path(path).read_bytes().lower()
