"""What is kept of one ticket or one person: found, given out whole, or deleted."""

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

_MOST_FOUND: Final = 10_000
_AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True)
class PersonalData:
    """Tickets by reference, and drafts that were not sent."""

    references: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remains:
    """What erasing here doesn't reach: each desk with its own names of the tickets."""

    desks: dict[str, list[str]] = field(default_factory=dict)


def data_of_email(engine: Engine, email: str) -> PersonalData:
    """
    Every ticket whose contact it is, and every unsent draft in which it stands.

    As it was written, without regard to case: nobody proved that it is the same person.
    """
    wanted = " ".join(email.casefold().split())
    key, ticket, answer = db.ticket_keys.c, db.tickets.c, db.answers.c
    with db.reading(engine) as connection:
        known = connection.scalars(
            select(key.reference).where(key.kind == "contact", key.value.in_(db.blinds(wanted)))
        ).all()
        # Tickets from before the keys, and those that name it elsewhere, are read.
        named = select(ticket.reference, ticket.document)
        by_contact = [
            reference
            for reference, document in _holding(connection, named, ticket.document, wanted)
            if _contact_is(document, wanted)
        ]
        unsent = (
            select(answer.draft_id, answer.document)
            .join(db.drafts, db.drafts.c.id == answer.draft_id)
            .where(db.drafts.c.status != "sent")
        )
        drafts = {draft for draft, _ in _holding(connection, unsent, answer.document, wanted)}
    return PersonalData(tuple(sorted({*known, *by_contact})), tuple(sorted(drafts)))


def _holding(
    connection: Connection, statement: Select[str, str], column: Column[str], wanted: str
) -> Iterator[tuple[str, str]]:
    """
    Ids and documents in which the words stand, whatever the case of their letters.

    The database can't look into what is encrypted: then all of it is read, some at a time.
    """
    if not db.is_encrypting():
        # As plain text, or the words that are looked for would be stored as a document is.
        words = type_coerce(column, Text).icontains(wanted, autoescape=True)
        statement = statement.where(words).limit(_MOST_FOUND)
    for row in connection.execute(statement.execution_options(yield_per=_AT_ONCE)):
        if wanted in row[1].casefold():
            yield row[0], row[1]


def _contact_is(document: str, email: str) -> bool:
    contact = json.loads(document).get("contact") or {}
    values = (contact.get("email"), contact.get("other"))
    return any(isinstance(value, str) and value.casefold().strip() == email for value in values)


def export_data(services: Services, data: PersonalData, destination: Path) -> int:
    """
    Write all of it into a new folder, or a new archive where the name ends in .zip; how many files.

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
    """Delete all of it, from the file itself too; what it doesn't reach is returned."""
    engine, entry = services.engine, db.ticket_entries.c
    remains = _remains(engine, data.references)
    # What a later ticket said was noted at earlier ones that may be about the same.
    noted = entry.key.in_([f"related-{reference}" for reference in data.references])
    with db.writing(engine) as connection:
        others = set(connection.scalars(select(entry.reference).where(noted)))
        connection.execute(delete(db.ticket_entries).where(noted))
        delete_tickets(connection, data.references)
        connection.execute(delete(db.drafts).where(db.drafts.c.id.in_(data.drafts)))
    _index_anew(services, others - set(data.references))
    forget_in_files(engine)
    return remains


def _index_anew(services: Services, references: Iterable[str]) -> None:
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


def forget_in_files(engine: Engine) -> None:
    """SQLite keeps deleted words in its search index and its journal until they are rewritten."""
    if engine.dialect.name != "sqlite":
        return
    with db.writing(engine) as connection:
        connection.execute(text("INSERT INTO ticket_words (ticket_words) VALUES ('optimize')"))
    # Outside of a transaction; a reader that is under way leaves some of it for the next time.
    with engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
