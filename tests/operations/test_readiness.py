"""Readiness: each thing that fails turns its own word, and no other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from intake import database as db
from intake.bootstrap import Services
from intake.operations import readiness
from intake.operations.disk_space import DiskSpace, disk_space
from intake.operations.readiness import Readiness
from intake.outbox import DeskPause, DeskPauses
from tests.delivery.scripted_desk import ScriptedDesk
from tests.tickets.example import CHECKLIST, draft, ticket

READY = dict.fromkeys(("database", "disk", "outbox", "resolver", "checklists"), "ok")


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether the resolver answers; one on loopback is asked in `test_own_network`."""
    answers = [True]
    monkeypatch.setattr(readiness, "resolver_answers", lambda _resolvers: answers[0])
    return answers


def words(services: Services) -> dict[str, str]:
    return dict(Readiness(services).words())


def raising(error: type[Exception]) -> Callable[..., None]:
    def write(*_: object) -> None:
        raise error

    return write


def test_a_service_that_has_everything_is_ready(services: Services) -> None:
    assert words(services) == READY


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (db.StorageBusy, "busy"),
        (db.StorageFull, "full"),
        (db.StorageGone, "gone"),
        (db.StorageError, "gone"),
    ],
)
def test_a_database_that_takes_no_write(
    services: Services, monkeypatch: pytest.MonkeyPatch, error: type[Exception], word: str
) -> None:
    monkeypatch.setattr(readiness, "write_heartbeat", raising(error))
    assert words(services) == {**READY, "database": word}


def test_the_database_is_written_to_not_only_read(services: Services) -> None:
    words(services)
    with db.reading(services.engine) as connection:
        at = connection.execute(db.heartbeats.select()).one().at
    assert db.utc_now() - db.moment(at) < timedelta(minutes=5)


def test_a_full_disk(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    full = DiskSpace(free_bytes=1_000_000, free_files=1_000)
    monkeypatch.setattr(readiness, "disk_space", lambda _folder: full)
    assert words(services) == {**READY, "disk": "full"}
    without_inodes = DiskSpace(free_bytes=10**9, free_files=0)
    monkeypatch.setattr(readiness, "disk_space", lambda _folder: without_inodes)
    assert words(services) == {**READY, "disk": "full"}


def test_a_silent_resolver(services: Services, resolver: list[bool]) -> None:
    resolver[0] = False
    assert words(services) == {**READY, "resolver": "silent"}


def test_due_tickets_that_nobody_tries_but_not_those_of_a_paused_desk(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, draft_id = services.drafts.create(CHECKLIST, draft())
    long_ago = db.utc_now() - timedelta(hours=1)
    services.tickets.send(
        draft_id, lambda reference, _: ticket(reference=reference, now=long_ago), ["scripted"]
    )
    assert words(services)["outbox"] == "ok"  # no desk of this service
    monkeypatch.setattr(services.worker, "desks", (ScriptedDesk(),))
    name = services.worker.desks[0].name
    with db.writing(services.engine) as connection:
        connection.execute(db.outbox.update().values(desk=name))
    assert words(services) == {**READY, "outbox": "stuck"}
    DeskPauses(services.engine).set(
        DeskPause(name, since=long_ago, until=long_ago + timedelta(days=1), failures=3, why="away")
    )
    assert words(services) == READY


def test_a_flood_of_questions_costs_one_look(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[str] = []
    monkeypatch.setattr(readiness, "write_heartbeat", lambda _engine, name: looks.append(name))
    now = [0.0]
    asked = Readiness(services, clock=lambda: now[0])
    for _ in range(50):
        asked.words()
    assert len(looks) == 1
    now[0] = 6.0
    asked.words()
    assert len(looks) == 2


def test_the_disk_of_this_machine_is_read(services: Services) -> None:
    space = disk_space(services.settings.data)
    assert space.free_bytes > 0
    with pytest.raises(OSError, match="No such file"):
        disk_space(services.settings.data / "nowhere")
