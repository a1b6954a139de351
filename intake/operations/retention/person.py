"""The data of one ticket or one person: find, export or delete it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, Engine, Select, Text, delete, select, text, type_coerce

from intake import database as db
from intake.bootstrap import Services
from intake.operations.backup_set import write_synced
from intake.operations.retention.purge import delete_tickets
from intake.tickets import render
from intake.tickets.full_text import reindex_ticket

_MAX_FOUND: Final = 10_000
_ROWS_PER_FETCH: Final = 200


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The references of tickets, and the ids of drafts that were not sent."""

    references: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remains:
    """Tickets that erasing doesn't reach: for each desk its own ids of them."""

    desks: dict[str, list[str]] = field(default_factory=dict)


def find_personal_data(engine: Engine, email: str) -> PersonalData:
    """
    Return every ticket whose contact is this address, and every unsent draft that contains it.

    The address is compared as written, ignoring case: nobody proved that it is the same person.
    """
    wanted = " ".join(email.casefold().split())
    key, ticket, answer = db.ticket_keys.c, db.tickets.c, db.answers.c
    with db.reading(engine) as connection:
        with_key = connection.scalars(
            select(key.reference).where(
                key.kind == "contact", key.value.in_(db.lookup_hashes(wanted))
            )
        ).all()
        # Tickets from before the keys, and those that name it elsewhere, are read.
        documents = select(ticket.reference, ticket.document)
        by_contact = [
            reference
            for reference, document in _rows_containing(
                connection, documents, ticket.document, wanted
            )
            if _is_contact(document, wanted)
        ]
        unsent = (
            select(answer.draft_id, answer.document)
            .join(db.drafts, db.drafts.c.id == answer.draft_id)
            .where(db.drafts.c.status != "sent")
        )
        drafts = {
            draft for draft, _ in _rows_containing(connection, unsent, answer.document, wanted)
        }
    return PersonalData(tuple(sorted({*with_key, *by_contact})), tuple(sorted(drafts)))


def _rows_containing(
    connection: Connection, statement: Select[str, str], column: Column[str], wanted: str
) -> Iterator[tuple[str, str]]:
    """
    Yield ids and documents that contain the text, ignoring case.

    The database can't search encrypted columns: then every row is read, in portions.
    """
    if not db.is_encrypting():
        # As plain text, or the words that are looked for would be stored as a document is.
        words = type_coerce(column, Text).icontains(wanted, autoescape=True)
        statement = statement.where(words).limit(_MAX_FOUND)
    for row in connection.execute(statement.execution_options(yield_per=_ROWS_PER_FETCH)):
        if wanted in row[1].casefold():
            yield row[0], row[1]


def _is_contact(document: str, email: str) -> bool:
    contact = json.loads(document).get("contact") or {}
    values = (contact.get("email"), contact.get("other"))
    return any(isinstance(value, str) and value.casefold().strip() == email for value in values)


def export_data(services: Services, data: PersonalData, destination: Path) -> int:
    """
    Write all of it into a new folder, or a new archive if the name ends in .zip; return the number
    of files.

    Raises:
        FileExistsError: there is something of that name already.
        OSError: it can't be written.
    """
    if destination.suffix.lower() == ".zip":
        with destination.open("xb") as file, zipfile.ZipFile(file, "w") as archive:
            destination.chmod(0o600)
            return _write(services, data, archive.writestr)
    destination.mkdir(mode=0o700)

    def write(name: str, content: bytes) -> None:
        path = destination / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_synced(path, content)

    return _write(services, data, write)


def _write(services: Services, data: PersonalData, write: Callable[[str, bytes], None]) -> int:
    count = 0
    for name, content in _files(services, data):
        write(name, content)
        count += 1
    return count


def _files(services: Services, data: PersonalData) -> Iterator[tuple[str, bytes]]:
    for reference in data.references:
        ticket = services.tickets.get(reference)
        if ticket is None:
            continue
        yield f"{reference}/ticket.json", render(ticket, "json", None).encode()
        yield f"{reference}/ticket.txt", render(ticket, "text", None).encode()
        entries = (None, *(entry.id for entry in ticket.conversation if entry.files))
        stored = [
            file for entry in entries for file in services.tickets.attachments(reference, entry)
        ]
        for number, file in enumerate(stored, 1):
            # Two may have one name; a customer's name holds no slash (`sanitised_name`).
            yield f"{reference}/files/{number:02}-{Path(file.name).name}", file.content
        for probe in services.probe_store.of(reference):
            if probe.diagnosis is not None:
                content = probe.diagnosis.model_dump_json(indent=2).encode()
                yield f"{reference}/measured-again/{probe.id}.json", content
    for draft_id in data.drafts:
        stored_draft = services.drafts.get(draft_id)
        if stored_draft is not None:
            yield f"drafts/{draft_id}.json", stored_draft.draft.model_dump_json(indent=2).encode()


def erase_data(services: Services, data: PersonalData) -> Remains:
    """Delete all of it, from the database file itself too; return what remains elsewhere."""
    engine, entry = services.engine, db.ticket_entries.c
    remains = _remains(engine, data.references)
    # What a later ticket said was noted at earlier ones that may be about the same.
    related_notes = entry.key.in_([f"related-{reference}" for reference in data.references])
    with db.writing(engine) as connection:
        others = set(connection.scalars(select(entry.reference).where(related_notes)))
        connection.execute(delete(db.ticket_entries).where(related_notes))
        delete_tickets(connection, data.references)
        connection.execute(delete(db.drafts).where(db.drafts.c.id.in_(data.drafts)))
    _reindex(services, others - set(data.references))
    scrub_database_files(engine)
    return remains


def _reindex(services: Services, references: Iterable[str]) -> None:
    number = db.tickets.c.number
    for reference in references:
        ticket = services.tickets.get(reference)
        if ticket is not None:
            with db.writing(services.engine) as connection:
                mine = select(number).where(db.tickets.c.reference == reference)
                reindex_ticket(connection, connection.execute(mine).scalar_one(), ticket)


def _remains(engine: Engine, references: Sequence[str]) -> Remains:
    row = db.outbox.c
    remains = Remains()
    with db.reading(engine) as connection:
        rows = connection.execute(
            select(row.desk, row.reference, row.receipt)
            .where(row.reference.in_(references), row.about == "", row.state == "delivered")
            .order_by(row.desk, row.reference)
        ).all()
    for desk, reference, receipt in rows:
        remains.desks.setdefault(desk, []).append(receipt or reference)
    return remains


def scrub_database_files(engine: Engine) -> None:
    """Overwrite what SQLite keeps of deleted words in its search index and its journal."""
    if engine.dialect.name != "sqlite":
        return
    with db.writing(engine) as connection:
        connection.execute(text("INSERT INTO ticket_words (ticket_words) VALUES ('optimize')"))
    # Outside of a transaction; a reader that is under way leaves some of it for the next time.
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
