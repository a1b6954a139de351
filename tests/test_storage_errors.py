"""Whatever the database's driver says, the product hears one family of exceptions."""

from __future__ import annotations

import asyncio
import os
import queue
import sqlite3
import subprocess
import threading
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from intake import database as db
from intake.database import StorageBusy, StorageError, StorageFull, StorageGone
from intake.database import engine as engine_module
from intake.delivery import DeliveryWorker, DeskTicket, Receipt
from intake.operations.retention.policy import retention_policy
from intake.outbox import Delivery, Outbox
from intake.settings import Settings
from intake.web.running.retention import purge_hourly
from tests.delivery.scripted_desk import ScriptedDesk
from tests.event_loop import run_apart
from tests.tickets.example import Kept, answer


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    monkeypatch.setattr(engine_module, "BUSY_TIMEOUT_MS", 1)
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


@pytest.fixture
def lock(kept: Kept) -> Iterator[sqlite3.Connection]:
    """Another process in a transaction that doesn't end."""
    path = str(kept.engine.url.database)
    with sqlite3.connect(path, isolation_level=None, check_same_thread=False) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other


def test_a_locked_database_is_busy(kept: Kept, lock: sqlite3.Connection) -> None:
    """BEGIN goes to the driver itself, past SQLAlchemy: its error was nobody's."""
    with pytest.raises(StorageBusy, match="locked"):
        kept.draft()
    lock.execute("ROLLBACK")
    kept.draft()


@pytest.mark.usefixtures("lock")
def test_readers_dont_mind_a_writer(kept: Kept) -> None:
    assert kept.tickets.list() == []


def test_a_full_disk_is_full_and_nothing_is_half_stored() -> None:
    if os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    folder = Path("/tmp/intake-full-disk-test")  # noqa: S108 - a mount point, not a file
    folder.mkdir(exist_ok=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=False
    )
    if mounted.returncode:
        pytest.skip("this machine lets even root mount nothing")
    try:
        kept = Kept(f"sqlite:///{folder}/intake.sqlite3")
        token, draft_id = kept.draft()
        with pytest.raises(StorageFull):
            _fill(kept, draft_id)
        stored = kept.drafts.find(token)
        assert stored is not None
        kept.engine.dispose()
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def _fill(kept: Kept, draft_id: str) -> None:
    for number in range(10):
        kept.files.add(draft_id, "shot", "a.bin", b"%d" % number + bytes(200_000))


def test_a_file_that_was_removed_takes_nothing_more(kept: Kept, tmp_path: Path) -> None:
    """Its inode lives on for us: what we wrote there would be thanked for, and lost."""
    _, draft_id = kept.draft()
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(StorageGone, match="removed or replaced"):
        kept.drafts.save_answer(draft_id, "name", answer("Anna"))
    with pytest.raises(StorageGone):
        kept.drafts.get(draft_id)
    assert list(tmp_path.iterdir()) == []  # nor is an empty one made in its place


def test_a_file_that_is_put_back_serves_again(kept: Kept, tmp_path: Path) -> None:
    token, _ = kept.draft()
    file = tmp_path / "intake.sqlite3"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    backup = file.read_bytes()
    kept.engine.dispose()
    for path in tmp_path.iterdir():
        path.unlink()
    with pytest.raises(StorageGone):
        kept.drafts.find(token)
    file.write_bytes(backup)
    assert kept.drafts.find(token) is not None


def test_a_file_that_is_no_database_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "intake.sqlite3"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StorageGone):
        Kept(f"sqlite:///{path}")


def test_a_fault_of_our_own_is_not_hidden(kept: Kept) -> None:
    with pytest.raises(StorageError), db.reading(kept.engine) as connection:
        connection.execute(text("SELECT nothing FROM nowhere"))
    with pytest.raises(RuntimeError, match="ours"), db.writing(kept.engine):
        raise RuntimeError("ours")


def test_hourly_deleting_survives_a_locked_database(kept: Kept, lock: sqlite3.Connection) -> None:
    """It died of the first error, until the next restart."""
    passes: list[str] = []

    async def pause(_seconds: float) -> None:
        passes.append("made")
        if len(passes) == 1:
            lock.execute("ROLLBACK")
        if len(passes) == 3:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_apart(purge_hourly(kept.engine, retention_policy(Settings()), pause=pause))
    assert len(passes) == 3


class PatientDesk(ScriptedDesk):
    """Takes everything, and says when."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived: queue.Queue[str] = queue.Queue()

    def create(self, ticket: DeskTicket) -> Receipt:
        receipt = super().create(ticket)
        self.arrived.put(ticket.key)
        return receipt


def test_the_delivery_worker_survives_a_locked_database(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = kept.send(kept.draft()[1])
    failed, lease = threading.Event(), Outbox.lease

    def noted(outbox: Outbox, now: datetime, desks: Collection[str]) -> Delivery | None:
        try:
            return lease(outbox, now, desks)
        except StorageError:
            failed.set()
            raise

    monkeypatch.setattr(Outbox, "lease", noted)
    desk = PatientDesk()
    worker = DeliveryWorker(kept.engine, [desk])
    with sqlite3.connect(tmp_path / "intake.sqlite3", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        worker.start()
        assert failed.wait(30)
        other.execute("ROLLBACK")
    worker.wake()
    assert desk.arrived.get(timeout=30) == sent.reference
    assert worker.stop()
