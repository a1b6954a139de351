"""Tickets, kept: one a draft, whole or not at all, there when its number is seen."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from intake import database as db
from intake.drafts import DraftClosed
from intake.tickets import Attachment, Ticket
from intake.tickets.ticket import Event
from tests.tickets import example
from tests.tickets.example import NOW, Kept, answer

PDF = b"%PDF-1.4\n" + b"0" * 100
ROOT = Path(__file__).parents[2]


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def test_a_sent_draft_is_one_stored_ticket(kept: Kept) -> None:
    token, draft_id = kept.draft()
    first = kept.files.add(draft_id, "shot", "Снимок.pdf", PDF)
    second = kept.files.add(draft_id, "shot", "log.txt", b"502\n")
    assert kept.tickets.find_by_token(token) is None
    sent = kept.send(draft_id)
    assert kept.tickets.get(sent.reference) == sent
    assert kept.tickets.get(sent.reference.lower().replace("-", " ")) == sent
    assert kept.tickets.find_by_token(token) == sent
    assert kept.tickets.find_by_token("x" * 43) is None
    assert [one.id for one in sent.attachments] == [first.id, second.id]
    stored = kept.tickets.attachment(sent.reference, first.id)
    assert stored is not None
    assert (stored.name, stored.content) == ("Снимок.pdf", PDF)
    assert [one.name for one in kept.tickets.attachments(sent.reference)] == [
        "Снимок.pdf",
        "log.txt",
    ]
    assert kept.files.list(draft_id) == []
    (row,) = kept.outbox_rows(sent.reference)
    assert (row.desk, row.state, row.next_attempt_at) == ("email", "waiting", db.stamp(NOW))


def test_a_file_of_another_ticket_is_not_found(kept: Kept) -> None:
    _, draft_id = kept.draft()
    file = kept.files.add(draft_id, "shot", "a.pdf", PDF)
    kept.send(draft_id)
    other = kept.send(kept.draft()[1])
    assert kept.tickets.attachment(other.reference, file.id) is None
    assert kept.tickets.attachment("nonsense", file.id) is None


def test_parallel_sends_of_one_draft_make_one_ticket(kept: Kept) -> None:
    """R4: double click, two tabs, a reload: equal answers, one row, one delivery."""
    _, draft_id = kept.draft()
    stores = [kept, *(Kept(str(kept.engine.url)) for _ in range(3))]  # processes, as it were
    sent: list[Ticket] = []
    gate = threading.Barrier(20)

    def send(store: Kept) -> None:
        gate.wait()
        sent.append(store.send(draft_id))

    threads = [threading.Thread(target=send, args=(stores[n % 4],)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == 20
    assert len({ticket.model_dump_json() for ticket in sent}) == 1
    assert len(kept.tickets.list()) == 1
    assert len(kept.outbox_rows(sent[0].reference)) == 1


def test_what_is_saved_just_before_sending_is_in(kept: Kept) -> None:
    _, draft_id = kept.draft()
    kept.drafts.save_answer(draft_id, "name", answer("Пётр"))
    assert kept.send(draft_id).contact.name == "Пётр"


def test_a_failure_while_composing_leaves_the_draft_open(kept: Kept) -> None:
    token, draft_id = kept.draft()

    def broken(_reference: str, _files: Sequence[Attachment]) -> Ticket:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        kept.tickets.send(draft_id, broken, ["email"])
    found = kept.drafts.find(token)
    assert found is not None
    assert found.status == "open"
    assert kept.tickets.list() == []
    assert kept.send(draft_id).reference


def test_a_ticket_under_another_name_is_not_stored(kept: Kept) -> None:
    _, draft_id = kept.draft()
    with pytest.raises(ValueError, match="must be called"):
        kept.tickets.send(draft_id, lambda _reference, _files: example.ticket(), [])


def test_a_draft_that_never_was_has_no_ticket(kept: Kept) -> None:
    with pytest.raises(DraftClosed):
        kept.send("nobody")


def test_events_are_beside_the_document(kept: Kept) -> None:
    sent = kept.send(kept.draft()[1])
    kept.tickets.add_event(sent.reference, Event(at=NOW, kind="delivered", desk="email"))
    found = kept.tickets.get(sent.reference)
    assert found is not None
    assert [event.kind for event in found.events] == ["opened", "sent", "delivered"]
    with kept.engine.connect() as connection:
        raw = connection.exec_driver_sql("SELECT document FROM tickets").scalar_one()
    assert Ticket.model_validate_json(raw) == sent


@pytest.mark.parametrize("kills", [8, pytest.param(200, marks=pytest.mark.long)])
def test_every_number_seen_survives_a_kill(tmp_path: Path, kills: int) -> None:
    """R1: SIGKILL at random moments under four writers; no number lost, no half ticket."""
    draw, url = random.Random(20_261_122), f"sqlite:///{tmp_path}/intake.sqlite3"  # noqa: S311
    Kept(url).engine.dispose()
    seen: list[str] = []
    command = [sys.executable, "-m", "tests.tickets.sender", url]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True, bufsize=1
    ) as sender:
        assert sender.stdin is not None
        assert sender.stdout is not None
        for _ in range(kills):
            sender.stdin.write("go\n")
            sender.stdin.flush()
            pid, left = 0, draw.randrange(1, 12)
            for line in sender.stdout:
                word, _, value = line.strip().partition(" ")
                if word == "dead":
                    break
                if word == "pid":
                    pid = int(value)
                else:
                    seen.append(value)
                    left -= 1
                if left <= 0 and pid:
                    os.kill(pid, signal.SIGKILL)
                    pid, left = 0, 1_000_000
        sender.stdin.close()
    assert len(seen) >= kills
    _assert_whole(tmp_path / "intake.sqlite3", seen)


def _assert_whole(path: Path, seen: list[str]) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        stored = {
            reference: (attachments, rows, status, linked)
            for reference, attachments, rows, status, linked in connection.execute(
                """SELECT t.reference,
                    (SELECT count(*) FROM ticket_attachments a WHERE a.reference = t.reference),
                    (SELECT count(*) FROM outbox o WHERE o.reference = t.reference),
                    d.status, d.reference = t.reference
                FROM tickets t JOIN drafts d ON d.id = t.draft_id"""
            )
        }
        (total,) = connection.execute("SELECT count(*) FROM tickets").fetchone()
    assert set(seen) <= stored.keys()
    assert len(stored) == total
    assert set(stored.values()) == {(2, 1, "sent", 1)}
    assert len(set(seen)) == len(seen)
