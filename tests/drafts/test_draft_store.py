"""The store of drafts: nothing typed is lost, nothing foreign is seen, nothing grows too big."""

from __future__ import annotations

import hashlib
import random
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from intake import database as db
from intake.drafts import (
    DraftClosed,
    DraftTooLarge,
    FileRefused,
    delete_old_drafts,
    sanitised_name,
)
from intake.drafts import file_rules as rules
from tests.tickets import example
from tests.tickets.example import NOW, Kept, answer, run

PDF = b"%PDF-1.4\n" + b"0" * 99


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


def test_a_draft_comes_back_as_it_was(kept: Kept) -> None:
    token, draft_id = kept.draft()
    found = kept.drafts.find(token)
    assert found is not None
    assert found.draft == example.draft()
    assert (found.id, found.status, found.reference, found.revision) == (draft_id, "open", None, 1)
    assert (found.checklist_id, found.checklist_version) == (
        "site-down",
        example.CHECKLIST.version,
    )


@pytest.mark.parametrize("foreign", ["", "x", "x" * 43, "' OR 1=1 --", "\x00", "я"])
def test_an_unknown_token_finds_nothing(kept: Kept, foreign: str) -> None:
    kept.draft()
    assert kept.drafts.find(foreign) is None


@ON_SQLITE
def test_the_token_is_not_stored(kept: Kept, tmp_path: Path) -> None:
    token, draft_id = kept.draft()
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert len(token) == 43
    assert token.encode() not in stored
    assert hashlib.sha256(token.encode()).hexdigest().encode() in stored
    assert kept.drafts.find(draft_id) is None  # the public id opens nothing


HARD = ["<script>", "=cmd()", "**bold**", "x" * 100_000]
HARD += ["🙂👨‍👩‍👧", "\u202eevil", "a\x00b", "\r\n", "שלום"]


@pytest.mark.parametrize("said", HARD, ids=range(len(HARD)))
def test_every_text_comes_back_byte_for_byte(kept: Kept, said: str) -> None:
    token, draft_id = kept.draft()
    kept.drafts.save_answer(draft_id, "changed", answer(said))
    found = kept.drafts.find(token)
    assert found is not None
    assert found.draft.answers["changed"].value == said


def test_changes_are_stored_and_counted(kept: Kept) -> None:
    token, draft_id = kept.draft()
    kept.drafts.save_answers(draft_id, {"scope": answer("all"), "name": answer("Bo")})
    kept.drafts.set_language(draft_id, "en")
    kept.drafts.set_status(draft_id, "solved")
    found = kept.drafts.find(token)
    assert found is not None
    assert found.draft.answers["scope"].value == "all"
    assert found.draft.answers["name"].value == "Bo"
    assert (found.draft.language, found.status, found.revision) == ("en", "solved", 4)


def test_a_page_and_a_check_write_side_by_side(kept: Kept) -> None:
    """R8: busy is a short wait; neither loses the other's update."""
    token, draft_id = kept.draft()
    troubles: list[Exception] = []

    def guarded(write: Callable[[int], None]) -> Callable[[], None]:
        def work() -> None:
            try:
                for turn in range(25):
                    write(turn)
            except Exception as error:  # noqa: BLE001
                troubles.append(error)

        return work

    writers: list[Callable[[int], None]] = []
    for n in range(6):
        writers.append(
            lambda turn, n=n: kept.drafts.save_answer(draft_id, f"a{n}-{turn}", answer(turn))
        )
        writers.append(
            lambda turn, n=n: kept.drafts.save_check(  # type: ignore[arg-type]
                draft_id, run(step=f"c{n}", facts={"turn": turn})
            )
        )
    threads = [threading.Thread(target=guarded(write)) for write in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = kept.drafts.find(token)
    assert troubles == []
    assert found is not None
    assert {f"a{n}-{turn}" for n in range(6) for turn in range(25)} <= found.draft.answers.keys()
    assert [found.draft.checks[f"c{n}"].facts["turn"] for n in range(6)] == [24] * 6
    assert found.revision == 1 + 12 * 25


def test_a_draft_that_was_sent_takes_nothing_more(kept: Kept) -> None:
    token, draft_id = kept.draft()
    sent = kept.send(draft_id)
    with pytest.raises(DraftClosed):
        kept.drafts.save_answer(draft_id, "name", answer("late"))
    with pytest.raises(DraftClosed):
        kept.files.add(draft_id, "shot", "a.pdf", PDF)
    with pytest.raises(DraftClosed):
        kept.drafts.set_status(draft_id, "open")
    kept.drafts.save_check(draft_id, run(target="late.example"))  # from a thread: dropped
    found = kept.drafts.find(token)
    assert found is not None
    assert (found.status, found.reference) == ("sent", sent.reference)
    assert found.draft.checks["web"].target == "shop.example"


def test_a_draft_that_is_gone_says_so(kept: Kept) -> None:
    with pytest.raises(DraftClosed):
        kept.drafts.save_answer("nobody", "name", answer("x"))
    kept.drafts.save_check("nobody", run())


def test_a_draft_has_a_size(kept: Kept) -> None:
    token, draft_id = kept.draft()
    with pytest.raises(DraftTooLarge):
        kept.drafts.save_answers(draft_id, {f"s{n}": answer("я" * 100_000) for n in range(6)})
    found = kept.drafts.find(token)
    assert found is not None
    assert "s0" not in found.draft.answers


def test_a_checklist_stays_as_it_was_when_the_draft_began(kept: Kept) -> None:
    kept.draft()
    other = Kept(str(kept.engine.url))  # another process
    pinned = other.drafts.pinned_checklist("site-down", example.CHECKLIST.version)
    assert pinned.to_json() == example.CHECKLIST.to_json()
    assert other.drafts.pinned_checklist("site-down", pinned.version) is pinned
    with pytest.raises(LookupError):
        other.drafts.pinned_checklist("site-down", "no such")


def test_a_file_is_kept_and_removed(kept: Kept) -> None:
    _, draft_id = kept.draft()
    _, other_id = kept.draft()
    file = kept.files.add(draft_id, "shot", "../Снимок.pdf", PDF)
    assert (file.name, file.media_type, file.size_bytes) == ("Снимок.pdf", "application/pdf", 108)
    assert kept.files.list(draft_id) == [file]
    assert kept.files.list(other_id) == []
    kept.files.remove(other_id, file.id)
    assert kept.files.list(draft_id) == [file]
    kept.files.remove(draft_id, file.id)
    assert kept.files.list(draft_id) == []


def test_the_same_file_twice_at_one_step_is_kept_once(kept: Kept) -> None:
    """A batch with the same picture twice, or a second upload of it after a reload."""
    _, draft_id = kept.draft()
    first = kept.files.add(draft_id, "shot", "a.pdf", PDF)
    assert kept.files.add(draft_id, "shot", "copy.pdf", PDF) == first
    other = kept.files.add(draft_id, "log", "a.pdf", PDF)
    assert kept.files.list(draft_id) == [first, other]


def test_files_have_limits(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    _, draft_id = kept.draft()

    def refusal(content: bytes) -> tuple[str, int]:
        with pytest.raises(FileRefused) as refused:
            kept.files.add(draft_id, "shot", "a.pdf", content)
        return refused.value.reason, refused.value.limit

    assert refusal(b"") == ("empty", 1)
    assert refusal(b"x" * (rules.MAX_FILE_BYTES + 1)) == ("too-large", rules.MAX_FILE_BYTES)
    monkeypatch.setattr(rules, "MAX_FILES_BYTES", 250)
    kept.files.add(draft_id, "shot", "a.pdf", PDF + b"1")
    kept.files.add(draft_id, "shot", "a.pdf", PDF + b"2")
    assert refusal(PDF) == ("too-much", 250)
    monkeypatch.setattr(rules, "MAX_FILES_BYTES", 10_000)
    for number in range(rules.MAX_FILES - 2):
        kept.files.add(draft_id, "shot", "a.pdf", PDF + b"more %d" % number)
    assert refusal(PDF) == ("too-many", rules.MAX_FILES)


@pytest.mark.parametrize(
    ("typed", "kept_as"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\снимок.png", "снимок.png"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\r\nb\x00.png", "ab.png"),
        ("<script>.html", "_script_.html"),
        ("...", "file"),
        ("", "file"),
        ("???", "file"),
        ("x" * 300 + ".png", "x" * 96 + ".png"),
        ("x" * 300, "x" * 100),
        ("a\u2028b.txt", "ab.txt"),
    ],
)
def test_names_of_files_are_made_harmless(typed: str, kept_as: str) -> None:
    cleaned = sanitised_name(typed)
    assert cleaned.replace("_", "") == kept_as.replace("_", "")
    assert len(cleaned) <= 100


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"0" * 100, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04", "application/zip"),
        (b"<html><script>alert(1)</script>", "text/plain"),
        (b"<svg onload='alert(1)'/>", "text/plain"),
        ("журнал\n".encode(), "text/plain"),
        (b"\xef\xbb\xbflog", "text/plain"),
        (b"a\x00b", "application/octet-stream"),
        (b"\xff\xfe\xfd", "application/octet-stream"),
        (b"MZ\x90\x00", "application/octet-stream"),
    ],
)
def test_a_files_type_is_read_from_its_bytes(content: bytes, media_type: str) -> None:
    assert rules.detect_type(content) == media_type


@ON_SQLITE
def test_old_drafts_are_forgotten_and_leave_no_trace(kept: Kept, tmp_path: Path) -> None:
    """Retention: rows, files and pages are gone; what was sent keeps its link."""
    token, draft_id = kept.draft(example.draft(changed="CANARY-1234"))
    kept.files.add(draft_id, "shot", "a.pdf", PDF + b"CANARY-5678")
    sent_token, sent_id = kept.draft()
    sent = kept.send(sent_id)
    fresh_token, _ = kept.draft()
    later = datetime.now(UTC) + timedelta(hours=23)
    assert delete_old_drafts(kept.engine, later) == 0
    with db.writing(kept.engine) as connection:
        connection.execute(
            text("UPDATE drafts SET updated_at = :at WHERE id = :id"),
            {"at": db.stamp(NOW - timedelta(days=3)), "id": draft_id},
        )
    assert delete_old_drafts(kept.engine, NOW - timedelta(days=1)) == 1
    assert kept.drafts.find(token) is None
    assert kept.drafts.find(fresh_token) is not None
    assert delete_old_drafts(kept.engine, datetime.now(UTC) + timedelta(days=30)) == 1
    found = kept.drafts.find(sent_token)
    assert found is not None
    assert found.draft.answers == {}
    ticket = kept.tickets.find_by_token(sent_token)
    assert ticket is not None
    assert ticket.reference == sent.reference
    with kept.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"CANARY" not in stored


def test_the_tables_are_what_the_migrations_make(kept: Kept) -> None:
    """The index of words is SQLite's own, five tables that are one."""
    options = {"include_name": lambda name, *_: not str(name).startswith("ticket_words")}
    with kept.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


def test_migrations_run_once_when_processes_start_together(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new/intake.sqlite3"
    code = f"from intake.database import *; migrate(open_database({url!r}))"
    starts = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [start.wait(60) for start in starts] == [0] * 4
    with sqlite3.connect(tmp_path / "new" / "intake.sqlite3") as connection:
        assert connection.execute("SELECT count(*) FROM alembic_version").fetchone() == (1,)


@ON_SQLITE
def test_sqlite_is_opened_as_promised(kept: Kept) -> None:
    with kept.engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5_000,
    }


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(ValueError, match="name a file"):
        db.open_database("sqlite://")


def test_an_exception_leaves_nothing_half_written(kept: Kept) -> None:
    token, draft_id = kept.draft()

    def break_off() -> None:
        with db.writing(kept.engine) as connection:
            connection.execute(text("DELETE FROM answers"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        break_off()
    found = kept.drafts.find(token)
    assert found is not None
    assert found.id == draft_id
    assert found.draft.answers


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        db.stamp(datetime(2026, 11, 22))  # noqa: DTZ001


def test_stored_times_sort_as_text() -> None:
    draw = random.Random(5)  # noqa: S311
    moments = [NOW + timedelta(microseconds=draw.randrange(10**12)) for _ in range(200)]
    assert sorted(moments) == [db.moment(one) for one in sorted(map(db.stamp, moments))]
