"""Encryption at rest: no customer's words in the file, keys that rotate, and the way back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import text

from intake import database as db
from intake.bootstrap import Services, build_services
from intake.database import encrypted_columns
from intake.journey.draft import Answer
from intake.operations.encryption import reencrypt_all
from intake.operations.retention.person import erase_data, find_personal_data
from intake.settings import Settings, SettingsError
from intake.tickets import Ticket, TicketFilter
from intake.tickets.conversation import NewEntry
from tests.published import copy_published
from tests.tickets import example

OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))
WORDS = "Zweitaccount Kopfsalat since yesterday"
EMAIL = "kopfsalat.anna@mail.example"
FILE = b"%PDF-1.4\nKopfsalat in a file\n" + b"0" * 200


@pytest.fixture(autouse=True)
def no_keys_afterwards() -> Iterator[None]:
    yield
    db.use_encryption_keys(())


def start(data: Path, *keys: str, url: str | None = None) -> Services:
    """A process with these keys."""
    settings = Settings.model_validate(
        {
            "data": data,
            "encryption_keys": "\n".join(keys) if keys else None,
            "database_url": url,
        }
    )
    return build_services(settings, with_checklists=False)


@pytest.fixture
def data(published: Path, tmp_path: Path) -> Path:
    copy_published(published, tmp_path / "data")
    return tmp_path / "data"


def send(services: Services) -> Ticket:
    """A ticket with words, a contact, a file and an addition; and a draft that is open."""
    said = example.draft("en")
    answers = dict(said.answers)
    step = next(iter(answers))
    answers["own-words"] = Answer(value=WORDS, at=answers[step].at)
    for ask in example.CHECKLIST.asks_with_role("contact"):
        answers[ask.id] = Answer(value=EMAIL, at=answers[step].at)
    said = said.model_copy(update={"answers": answers})
    services.drafts.create(example.CHECKLIST, said)
    _, draft_id = services.drafts.create(example.CHECKLIST, said)
    services.draft_files.add(draft_id, "shot", "page.pdf", FILE)
    ticket = services.tickets.send(
        draft_id,
        lambda reference, files: example.ticket(said, reference=reference, attachments=files),
        (),
    )
    entry = NewEntry(
        author="customer", kind="addition", text="Kopfsalat again", details={}, key="1"
    )
    services.conversations.add(ticket.reference, entry)
    return ticket


def stored_bytes(services: Services) -> bytes:
    """Everything in the database's files."""
    with services.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    folder = services.settings.data
    return b"".join(path.read_bytes() for path in sorted(folder.glob("intake.db*")))


def is_readable(services: Services, ticket: Ticket) -> None:
    stored = services.tickets.get(ticket.reference)
    assert stored is not None
    assert any(item.answer == WORDS for item in stored.items)
    assert stored.conversation[-1].text == "Kopfsalat again"
    [file] = services.tickets.attachments(ticket.reference)
    assert file.content == FILE
    assert find_personal_data(services.engine, EMAIL).references == (ticket.reference,)
    assert len(find_personal_data(services.engine, EMAIL).drafts) == 1
    assert services.tickets.list(limit=5)[0].subject == stored.subject


def has_words(stored: bytes) -> bool:
    return any(word in stored for word in (b"Kopfsalat", b"kopfsalat"))


def test_nothing_of_a_customer_stands_in_the_file(data: Path) -> None:
    services = start(data, NEW)
    ticket = send(services)
    assert not has_words(stored_bytes(services))
    is_readable(services, ticket)


def test_without_keys_it_stands_there(data: Path) -> None:
    """Else the test above would prove nothing."""
    services = start(data)
    ticket = send(services)
    assert has_words(stored_bytes(services))
    is_readable(services, ticket)


def test_search_gives_up_words_and_keeps_numbers_and_machines(data: Path) -> None:
    services = start(data, NEW)
    ticket = send(services)

    def hits(query: str) -> list[str]:
        rows = services.tickets.list(limit=5, ticket_filter=TicketFilter(query=query))
        return [row.reference for row in rows]

    assert hits("Kopfsalat") == []
    assert hits(ticket.reference) == [ticket.reference]
    target = ticket.diagnoses[0].target
    assert hits(target) == [ticket.reference]


def test_keys_rotate_while_all_stays_readable(data: Path) -> None:
    services = start(data)
    tickets = [send(services)]
    services = start(data, OLD)  # what was there is read as before
    is_readable(services, tickets[0])
    assert dict(reencrypt_all(services))["tickets"] == 1
    assert not has_words(stored_bytes(services))
    is_readable(services, tickets[0])

    services = start(data, NEW, OLD)
    assert sum(dict(reencrypt_all(services)).values()) > 1
    assert dict(reencrypt_all(services))["tickets"] == 0  # done is done
    services = start(data, NEW)
    is_readable(services, tickets[0])

    db.use_encryption_keys([NEW], writes=False)
    list(reencrypt_all(services))
    services = start(data)
    is_readable(services, tickets[0])
    hits = services.tickets.list(limit=5, ticket_filter=TicketFilter(query="Kopfsalat"))
    assert [row.reference for row in hits] == [tickets[0].reference]


@pytest.mark.long
def test_postgresql_rotates_as_well(postgresql_url: str, tmp_path: Path) -> None:
    services = start(tmp_path, url=postgresql_url)
    ticket = send(services)
    for keys in ((OLD,), (NEW, OLD)):
        services = start(tmp_path, *keys, url=postgresql_url)
        assert dict(reencrypt_all(services))["tickets"] == 1
        is_readable(services, ticket)
    with services.engine.connect() as connection:
        document = connection.execute(text("SELECT document FROM tickets")).scalar_one()
    assert not has_words(document.encode())
    is_readable(start(tmp_path, NEW, url=postgresql_url), ticket)


def test_a_key_that_is_missing_stops_the_start(data: Path) -> None:
    send(start(data, OLD))
    for keys in ((), (NEW,)):
        with pytest.raises(SettingsError, match=r"INTAKE_ENCRYPTION_KEYS: .* isn't among the keys"):
            start(data, *keys)
    start(data, NEW, OLD)


def test_what_was_changed_in_the_file_is_no_ticket(data: Path) -> None:
    services = start(data, NEW)
    ticket = send(services)
    with services.engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET document = substr(document, 1, 60)"))
    with pytest.raises(db.StorageKeyMissing):
        services.tickets.get(ticket.reference)


def test_the_same_customer_is_known_across_keys(data: Path) -> None:
    """By a hash that needs the key; a ticket of before the rotation counts too."""
    first = send(start(data, OLD))
    second = send(start(data, NEW, OLD))
    assert [related.reference for related in second.related] == [first.reference]


def test_erasing_reaches_it(data: Path) -> None:
    services = start(data, NEW)
    ticket = send(services)
    erase_data(services, find_personal_data(services.engine, EMAIL))
    assert services.tickets.get(ticket.reference) is None
    assert find_personal_data(services.engine, EMAIL).drafts == ()


@pytest.mark.parametrize("content", [b"\x02intake-enc:x", b"\x02intake-raw:", b"", b"\x00\xff"])
@pytest.mark.parametrize("keys", [(), (NEW,)])
def test_no_file_can_pass_for_an_encrypted_one(
    data: Path, content: bytes, keys: tuple[str, ...]
) -> None:
    del data
    db.use_encryption_keys(keys)
    assert encrypted_columns.decrypt_value(encrypted_columns.encrypt_value(content)) == content


def test_a_key_that_is_none_is_told_by_its_setting(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="intake encryption new-key"):
        Settings.model_validate({"data": tmp_path, "encryption_keys": "secret"})
