"""Twenty-odd faults, each at a person within ten minutes; a healthy service tells of nothing."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.server import HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import trustme
from sqlalchemy import update

from intake import database as db
from intake.bootstrap import Services
from intake.delivery import DeliveryWorker, Loss, Refused, Unavailable
from intake.operations import readiness
from intake.operations.alarms import alarm_checks
from intake.operations.alarms.alarm import Alarm
from intake.operations.alarms.watcher import AlarmWatcher
from intake.operations.canary.report import alarm
from intake.operations.canary.walk import CanaryWalk
from intake.operations.canary_history import CanaryRun, last_run
from intake.operations.disk_space import DiskSpace
from intake.operations.retention.purge import delete_tickets
from intake.publishing import LiveChecklists
from tests.browser.product import free_port
from tests.delivery.scripted_desk import ScriptedDesk
from tests.fakes.http_server import LoopbackServer, QuietHandler
from tests.operations.watched_world import DESK, World

WITHIN_MINUTES = 10
Patch = pytest.MonkeyPatch
Inject = Callable[[World, Patch, Path], AbstractContextManager[None]]


@pytest.fixture(autouse=True)
def resolver(monkeypatch: Patch) -> None:
    monkeypatch.setattr(readiness, "resolver_answers", lambda _: True)
    # The kernel's word about this very machine is no matter here.
    monkeypatch.setattr("intake.operations.doctor.machine.is_clock_synchronised", lambda: True)


@pytest.fixture
def world(services: Services) -> Iterator[World]:
    world = World(services)
    world.pass_minutes(5)
    assert world.subjects() == []
    yield world
    with db.writing(services.engine) as connection:
        connection.execute(db.alarms.delete())
        connection.execute(db.canary_runs.delete())
        connection.execute(db.heartbeats.delete())
        connection.execute(db.desk_pauses.delete())
        connection.execute(db.operator_notices.delete())
        left = connection.scalars(db.tickets.select().with_only_columns(db.tickets.c.reference))
        delete_tickets(connection, list(left))


def use(world: World, **more: Any) -> None:
    """Other settings or services, as after a restart with them."""
    settings = {k: v for k, v in more.items() if k in type(world.services.settings).model_fields}
    others = {k: v for k, v in more.items() if k not in settings}
    changed = world.services.settings.model_copy(update=settings)
    world.services = replace(world.services, settings=changed, **others)
    world.watcher = world.new_watcher()


@contextmanager
def database_gone(world: World, _: Patch, __: Path) -> Iterator[None]:
    file = world.services.settings.data / "intake.db"
    file.rename(file.with_suffix(".away"))
    yield
    file.with_suffix(".away").rename(file)


@contextmanager
def database_read_only(_: World, patch: Patch, __: Path) -> Iterator[None]:
    def refuse(*_: object) -> None:
        raise db.StorageError("attempt to write a readonly database")

    with patch.context() as changed:
        changed.setattr(readiness, "write_heartbeat", refuse)
        yield


@contextmanager
def disk_full(_: World, patch: Patch, __: Path) -> Iterator[None]:
    with patch.context() as changed:
        changed.setattr(readiness, "disk_space", lambda _: DiskSpace(1024, 10))
        yield


@contextmanager
def disk_gone(_: World, patch: Patch, __: Path) -> Iterator[None]:
    def refuse(_: object) -> DiskSpace:
        raise OSError("Input/output error")

    with patch.context() as changed:
        changed.setattr(readiness, "disk_space", refuse)
        yield


@contextmanager
def resolver_dead(_: World, patch: Patch, __: Path) -> Iterator[None]:
    with patch.context() as changed:
        changed.setattr(readiness, "resolver_answers", lambda _: False)
        yield


@contextmanager
def checklist_broken(_: World, patch: Patch, __: Path) -> Iterator[None]:
    with patch.context() as changed:
        broken = {"site-down.yaml": SimpleNamespace(is_live=False)}
        changed.setattr(LiveChecklists, "files", broken)
        yield


@contextmanager
def token_revoked(world: World, _: Patch, __: Path) -> Iterator[None]:
    answer = Unavailable("401: the token is no longer valid", whole_desk=True, needs_operator=True)
    yield from desk_answers(world, answer)


@contextmanager
def desk_away(world: World, _: Patch, __: Path) -> Iterator[None]:
    yield from desk_answers(world, Unavailable("connection refused", whole_desk=True))


@contextmanager
def ticket_refused(world: World, _: Patch, __: Path) -> Iterator[None]:
    yield from desk_answers(world, Refused("422: the queue is unknown"))


def desk_answers(world: World, answer: Exception) -> Iterator[None]:
    desk = ScriptedDesk(*[answer] * 40, name=DESK)
    world.carry([desk])
    reference = world.send_ticket()
    yield
    with db.writing(world.services.engine) as connection:
        delete_tickets(connection, [reference])
        connection.execute(db.desk_pauses.delete())


@contextmanager
def field_deleted(world: World, _: Patch, __: Path) -> Iterator[None]:
    """The desk takes the ticket and drops a field in silence; it is read back."""
    reference = world.send_ticket()
    lost = '[{"kind": "field", "name": "reference", "sent": "x", "actual": ""}]'
    assert Loss("field", "reference", "x").kind == "field"
    row = db.outbox
    with db.writing(world.services.engine) as connection:
        connection.execute(
            update(row)
            .where(row.c.reference == reference)
            .values(state="delivered", delivered_at=db.stamp(world.now), losses=lost)
        )
    yield
    with db.writing(world.services.engine) as connection:
        delete_tickets(connection, [reference])


@contextmanager
def mailbox_bounces(world: World, _: Patch, __: Path) -> Iterator[None]:
    """A letter that the mail server took comes back: its delivery is reopened, and parked."""
    world.carry([ScriptedDesk(name=DESK)])
    reference = world.send_ticket()
    world.pass_minutes(1)
    assert world.services.outbox.reopen(reference, "", [DESK], "550 mailbox unavailable")
    yield
    with db.writing(world.services.engine) as connection:
        delete_tickets(connection, [reference])


@contextmanager
def worker_dead(world: World, patch: Patch, __: Path) -> Iterator[None]:
    worker = DeliveryWorker(world.services.engine, [ScriptedDesk()])
    patch.setattr(worker, "_run", lambda: None)
    worker.start()
    assert worker._thread is not None
    worker._thread.join()
    before = world.services.worker
    use(world, worker=worker)
    yield
    # It begins again in the same process, as nothing else can see it.
    object.__setattr__(world.services, "worker", before)


@contextmanager
def worker_hangs(world: World, _: Patch, __: Path) -> Iterator[None]:
    reference = world.send_ticket()
    yield
    with db.writing(world.services.engine) as connection:
        delete_tickets(connection, [reference])


class _OtherTime(QuietHandler):
    def do_HEAD(self) -> None:
        self.send_response_only(200)
        there = datetime.now(UTC) - timedelta(hours=3)
        self.send_header("Date", f"{there:%a, %d %b %Y %H:%M:%S GMT}")
        self.end_headers()


@contextmanager
def clock_off(world: World, _: Patch, __: Path) -> Iterator[None]:
    with LoopbackServer(_OtherTime) as server:
        use(world, control=(f"{server.origin}/",))
        yield
        use(world, control=())


@contextmanager
def clock_behind_the_data(world: World, _: Patch, __: Path) -> Iterator[None]:
    reference = world.send_ticket("")
    ahead = db.stamp(db.utc_now() + timedelta(days=2))
    with db.writing(world.services.engine) as connection:
        mine = db.tickets.c.reference == reference
        connection.execute(update(db.tickets).where(mine).values(created_at=ahead))
        connection.execute(db.outbox.delete().where(db.outbox.c.reference == reference))
    yield
    with db.writing(world.services.engine) as connection:
        delete_tickets(connection, [reference])


@contextmanager
def clock_jumps(world: World, _: Patch, __: Path) -> Iterator[None]:
    world.now += timedelta(minutes=20)
    yield
    world.pass_minutes(30)


@contextmanager
def tls(world: World, folder: Path, until: datetime) -> Iterator[None]:
    """The proxy before us, with a certificate that ends then."""
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", not_after=until)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    issued.configure_cert(context)
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    with HTTPServer(("127.0.0.1", 0), _OtherTime) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"https://localhost:{server.server_address[1]}"
        use(world, public_url=url, ca_file=folder / "ca.pem")
        yield
        use(world, public_url=None, ca_file=None)
        server.shutdown()


@contextmanager
def certificate_expired(world: World, _: Patch, folder: Path) -> Iterator[None]:
    with tls(world, folder, datetime.now(UTC) - timedelta(hours=1)):
        yield


@contextmanager
def certificate_ends_soon(world: World, _: Patch, folder: Path) -> Iterator[None]:
    with tls(world, folder, datetime.now(UTC) + timedelta(days=3)):
        yield


@contextmanager
def stopped(world: World, part: str, until: timedelta) -> Iterator[None]:
    """A timer or a loop of ours no longer runs, and just now it was too long ago."""
    world.stopped.add(part)
    world.now += until - timedelta(minutes=2)
    world.watcher = world.new_watcher()
    yield
    world.stopped.remove(part)
    world.pass_minutes(24 * 60 if part == "backup" else 60)


@contextmanager
def backup_old(world: World, _: Patch, __: Path) -> Iterator[None]:
    with stopped(world, "backup", timedelta(days=2)):
        world.stopped |= set()
        yield


@contextmanager
def canary_stopped(world: World, _: Patch, __: Path) -> Iterator[None]:
    with stopped(world, "canary", timedelta(minutes=30)):
        yield


@contextmanager
def tidying_stopped(world: World, _: Patch, __: Path) -> Iterator[None]:
    with stopped(world, "tidying", timedelta(hours=3)):
        yield


@contextmanager
def service_dead(world: World, _: Patch, __: Path) -> Iterator[None]:
    """The timer's canary finds nobody there, and says so itself."""
    world.stopped.add("canary")
    address = f"http://127.0.0.1:{free_port()}"

    def walk() -> None:
        before = last_run(world.services.engine)
        walk = CanaryWalk(world.services, base=address, with_desks=False)
        assert [step.is_good for step in walk.steps()] == [False]
        walk.run = replace(walk.run, at=world.now)
        walk.keep()
        alarm(world.messenger, walk.run, before)

    world.each_minute.append(walk)
    yield
    world.each_minute.remove(walk)
    world.stopped.remove("canary")
    before, good = last_run(world.services.engine), CanaryRun(world.now, 900)
    alarm(world.messenger, good, before)
    world.pass_minutes(5)


@contextmanager
def probe_worker_away(world: World, _: Patch, __: Path) -> Iterator[None]:
    workers = world.services.workers
    workers.add("oslo", "Oslo")
    table = db.probe_workers
    with db.writing(world.services.engine) as connection:
        connection.execute(update(table).values(seen_at=db.stamp(world.now)))
    yield
    workers.remove("oslo")


@contextmanager
def files_run_out(_: World, patch: Patch, __: Path) -> Iterator[None]:
    with patch.context() as changed:
        changed.setattr(alarm_checks, "open_files_limit", lambda: 4)
        yield


@contextmanager
def mail_server_refuses(world: World, patch: Patch, folder: Path) -> Iterator[None]:
    """The way to the operator itself is broken: the webhook is told all the same."""
    world.refuses_mail = True
    with disk_full(world, patch, folder):
        yield
    world.refuses_mail = False


@dataclass(frozen=True)
class Case:
    inject: Inject
    code: str
    by_mail: bool = True


CASES = (
    Case(database_gone, "database"),
    Case(database_read_only, "database"),
    Case(disk_full, "disk"),
    Case(disk_gone, "disk"),
    Case(resolver_dead, "resolver"),
    Case(checklist_broken, "checklist"),
    Case(token_revoked, "desk-paused"),
    Case(desk_away, "desk-paused"),
    Case(ticket_refused, "parked"),
    Case(mailbox_bounces, "parked", by_mail=False),
    Case(field_deleted, "desk-loses"),
    Case(worker_dead, "worker"),
    Case(worker_hangs, "outbox-old"),
    Case(clock_off, "clock"),
    Case(clock_behind_the_data, "clock"),
    Case(clock_jumps, "clock-jumped"),
    Case(certificate_expired, "certificate"),
    Case(certificate_ends_soon, "certificate-ends"),
    Case(backup_old, "backup-old"),
    Case(canary_stopped, "canary-stopped"),
    Case(service_dead, "canary-failed"),
    Case(tidying_stopped, "tidying"),
    Case(probe_worker_away, "probe-worker"),
    Case(files_run_out, "files"),
    Case(mail_server_refuses, "disk", by_mail=False),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.inject.__name__)
def test_each_fault_reaches_a_person_once_and_so_does_its_end(
    case: Case, world: World, monkeypatch: Patch, tmp_path: Path
) -> None:
    assert len(CASES) >= 20
    with case.inject(world, monkeypatch, tmp_path):
        world.pass_minutes(WITHIN_MINUTES)
        told = [call for call in world.calls if call["fault"] == case.code]
        assert [call["type"] for call in told] == ["alarm.raised"], world.calls
        assert bool(world.mails) == case.by_mail, world.subjects()
        assert told[0]["remedy"]
        count = len(world.calls)
        world.pass_minutes(3)
        assert len(world.calls) == count  # once
    world.each_minute.clear()
    world.pass_minutes(6)
    ended = [call["type"] for call in world.calls if call["fault"] == case.code]
    assert ended == ["alarm.raised", "alarm.over"]


def test_a_desk_that_is_away_for_hours_is_mailed_about_once(world: World) -> None:
    with contextmanager(desk_answers)(world, Unavailable("no connection", whole_desk=True)):
        world.pass_minutes(150)
        assert len(world.mails) == 1, world.subjects()


@pytest.mark.parametrize(
    "hours",
    [2, pytest.param(48, marks=pytest.mark.long)],
)
def test_a_healthy_service_tells_of_nothing(world: World, hours: int) -> None:
    """A ticket an hour, a canary, a backup a day, a desk that is away for three minutes."""
    desk = ScriptedDesk(
        *[Unavailable("restarting", whole_desk=True)] * 2, *[None] * 1000, name=DESK
    )
    world.carry([desk])
    for _ in range(hours):
        world.send_ticket()
        world.pass_minutes(60)
    assert world.subjects() == []
    assert world.calls == []
    assert len(desk.taken) == hours


def test_a_restart_tells_nothing_twice_and_still_tells_the_end(
    world: World, monkeypatch: Patch, tmp_path: Path
) -> None:
    with disk_full(world, monkeypatch, tmp_path):
        world.pass_minutes(3)
        world.watcher = world.new_watcher()
        world.pass_minutes(3)
        assert len(world.mails) == 1
        world.watcher = world.new_watcher()
    world.pass_minutes(4)
    assert len(world.mails) == 2
    assert "Over: the disk is full or gone (full)" in world.subjects()[1]


def test_of_two_processes_one_tells(world: World, monkeypatch: Patch, tmp_path: Path) -> None:
    other = world.new_watcher()
    world.each_minute.append(other.check_all)
    with disk_full(world, monkeypatch, tmp_path):
        world.pass_minutes(5)
    world.pass_minutes(6)
    assert len(world.mails) == 2


def test_what_reached_nobody_is_told_again(world: World) -> None:
    tries: list[str] = []

    def tell(fault: Alarm, state: str, since: datetime) -> bool:
        tries.append(f"{state} {fault.code} {since:%H}"[:12])
        return len(tries) > 2

    faults = [Alarm("resolver")]
    watcher = AlarmWatcher(
        world.services,
        tell,
        checks=[lambda _: faults],
        clock=lambda: world.now,
        monotonic=lambda: world.seconds,
    )
    for _ in range(5):
        watcher.check_all()
    assert len(tries) == 3


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_fault_has_its_words(services: Services, language: str) -> None:
    codes = {case.code for case in CASES}
    names = "word since why count reference what seconds until at step used limit"
    values = dict.fromkeys(names.split(), "x")
    world = World(services, language)
    for code in codes:
        assert world.messenger.tell(Alarm(code, "a\r\nb", values), "raised", world.now)
        letter = world.mails[-1]
        assert "\n" not in str(letter["Subject"])
        assert letter.get_content().strip()
        assert letter["Auto-Submitted"] == "auto-generated"
