"""Desks whose webhooks say only that a ticket changed: what became of it is read there."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from intake.delivery import Courier
from intake.delivery.operator_mail import OperatorMail
from intake.delivery.replies.reply import ChangedTicket, NotGenuine
from intake.delivery.replies.reply_intake import ReplyIntake
from intake.delivery.replies.ticket_change import TicketChanges
from intake.outbox import DeskChanges
from intake.tickets import Ticket
from intake.tickets.conversation import customer_line
from intake.tickets.conversation_store import ConversationStore
from intake.web.programs.desk_replies import DeskReplyRoutes
from tests.delivery.desk_cases import CASES
from tests.fakes.desks.server import FakeDesk, Response
from tests.tickets.example import Kept, draft

SECRET = "a-secret-of-the-desk-and-ours"
AUTHOR = "Olga Petrova"


def _freshdesk(number: int, body: str, **changes: Any) -> dict[str, Any]:
    reply = {"id": number, "body_text": body, "private": False, "incoming": False, "source": 0}
    return {**reply, "user_id": 7, "attachments": [{"name": "log.txt"}], **changes}


def _usedesk(number: int, body: str, **changes: Any) -> dict[str, Any]:
    reply = {"id": str(number), "message": f"<p>{body}</p>", "type": "public", "from": "user"}
    return {**reply, "user": {"name": AUTHOR}, "files": [{"name": "log.txt"}], **changes}


def _omnidesk(number: int, body: str, **changes: Any) -> dict[str, Any]:
    reply = {"message_id": number, "content": body, "staff_id": 7, "note": False}
    files = [{"file_name": "log.txt"}]
    return {**reply, "sent_via_rule": False, "attachments": files, **changes}


def _whmcs(number: int, body: str, **changes: Any) -> dict[str, Any]:
    reply = {"replyid": str(number), "message": body, "admin": AUTHOR}
    return {**reply, "attachments": [{"filename": "log.txt"}], **changes}


@dataclass(frozen=True)
class Way:
    """`request` tells of a change; `private` are what isn't for the customer, or theirs."""

    kind: str
    reply: Callable[..., dict[str, Any]]
    request: Callable[[str], object]
    private: tuple[dict[str, Any], ...]


WAYS = [
    Way(
        "freshdesk",
        _freshdesk,
        lambda number: {"freshdesk_webhook": {"ticket_id": int(number)}},
        ({"private": True}, {"incoming": True}, {"private": None}, {"source": 8}),
    ),
    Way(
        "usedesk",
        _usedesk,
        lambda number: {"comment": {"ticket_id": int(number), "message": "Read it there"}},
        ({"type": "private"}, {"from": "client"}, {"from": "trigger"}, {"type": None}),
    ),
    Way(
        "omnidesk",
        _omnidesk,
        lambda number: {"case_id": number},
        ({"note": True}, {"staff_id": 0}, {"note": None}, {"sent_via_rule": True}),
    ),
    Way("whmcs", _whmcs, lambda number: {"ticket_id": number}, ({"admin": ""},)),
]


class Scene:
    """A ticket at a desk of one kind, the address for its webhook, and a courier."""

    def __init__(self, way: Way, fake: FakeDesk, database_url: str) -> None:
        self.way, self.fake, self.kept = way, fake, Kept(database_url)
        # The address notes a change by the real clock.
        self.now = datetime.now(UTC) + timedelta(hours=1)
        (case,) = [case for case in CASES if case.kind == way.kind]
        self.sent = self.kept.send(self.kept.draft(draft("en"))[1], ("desk", "other"))
        self.mails: list[bytes] = []
        operator = OperatorMail(
            lambda letter, _to: self.mails.append(letter),
            to="ops@hoster.example",
            sender="i@hoster.example",
            name="Acme",
            language="en",
        )
        self.courier = Courier(
            self.kept.engine, [case.desk(fake)], clock=lambda: self.now, operator=operator
        )
        list(self.courier.run())
        ((self.remote_id, self.remote),) = fake.tickets.items()
        replies = ReplyIntake(
            self.kept.engine, self.kept.tickets, ConversationStore(self.kept.engine)
        )
        self.woken = 0
        routes = DeskReplyRoutes(
            {"desk": TicketChanges(SECRET)},
            replies,
            DeskChanges(self.kept.engine),
            wake=self._wake,
        )
        self._client = TestClient(Starlette(routes=routes.routes()))

    def _wake(self) -> None:
        self.woken += 1

    def rings(self, remote_id: str | None = None, secret: str = SECRET) -> int:
        """The desk says that a ticket changed; the status of our answer."""
        body = json.dumps(self.way.request(remote_id or self.remote_id))
        answer = self._client.post(
            "/desks/desk/replies", content=body, headers={"X-Intake-Secret": secret}
        )
        return answer.status_code

    def after(self) -> Ticket:
        """The ticket, after the desk said so and the courier went."""
        assert self.rings() == 204
        list(self.courier.run())
        ticket = self.kept.tickets.get(self.sent.reference)
        assert ticket is not None
        return ticket


@pytest.fixture(params=WAYS, ids=lambda way: way.kind)
def scene(request: pytest.FixtureRequest, database_url: str) -> Iterator[Scene]:
    (case,) = [case for case in CASES if case.kind == request.param.kind]
    with FakeDesk(case.dialect) as fake:
        made = Scene(request.param, fake, database_url)
        yield made
        made.kept.engine.dispose()


def test_a_reply_comes_back_once_with_its_author_and_files(scene: Scene) -> None:
    scene.remote.said += [scene.way.reply(50, "PHP is back."), scene.way.reply(51, "Is it well?")]
    for _ in range(2):
        entries = scene.after().conversation
    assert [(entry.author, entry.kind, entry.author_name) for entry in entries] == [
        ("desk", "reply", AUTHOR),
        ("desk", "reply", AUTHOR),
    ]
    assert [entry.text for entry in entries] == [
        "PHP is back.\n\nAttached to our letter: log.txt",
        "Is it well?\n\nAttached to our letter: log.txt",
    ]
    told = [row.desk for row in scene.kept.outbox_rows(scene.sent.reference) if row.about]
    assert told == ["other", "other"]
    assert scene.woken == 2


def test_notes_customers_and_automatic_mails_stay_there(scene: Scene) -> None:
    scene.remote.said += [
        scene.way.reply(60 + place, "Secret", **changes)
        for place, changes in enumerate(scene.way.private)
    ]
    assert scene.after().conversation == ()


def test_a_ticket_is_solved_and_reopened_with_its_desk(scene: Scene) -> None:
    scene.remote.state = "solved"
    assert scene.after().state == "solved"
    ConversationStore(scene.kept.engine).add(scene.sent.reference, customer_line("Not yet!"))
    # Nobody reopened it there, and that is told at each reply: no news.
    assert scene.after().state == "open"
    scene.remote.state = "open"
    assert scene.after().state == "open"
    scene.remote.state = "solved"
    solved = scene.after()
    assert solved.state == "solved"
    states = [entry.details["state"] for entry in solved.conversation if entry.kind == "state"]
    assert states == ["solved", "solved"]


def test_a_desk_that_is_away_is_asked_later(scene: Scene) -> None:
    scene.remote.said.append(scene.way.reply(50, "PHP is back."))
    scene.fake.always = Response(b"", 503)
    assert scene.after().conversation == ()
    due = scene.courier.next_due()
    assert due is not None
    assert due > scene.now
    scene.fake.always, scene.now = None, max(due, scene.now + timedelta(minutes=30))
    list(scene.courier.run())
    ticket = scene.kept.tickets.get(scene.sent.reference)
    assert ticket is not None
    assert len(ticket.conversation) == 1
    assert scene.courier.next_due() is None


def test_the_operator_is_told_once_that_replies_cannot_be_read(scene: Scene) -> None:
    scene.fake.always = Response({"message": "No"}, 401)
    for _ in range(3):
        assert scene.rings() == 204
        list(scene.courier.run())
        scene.now += timedelta(minutes=30)
    (mail,) = [message_from_bytes(mail, policy=policy.default) for mail in scene.mails]
    assert mail["Subject"] == "Intake: replies from desk “desk” don't come back"
    assert scene.sent.reference in mail.get_content()


def test_a_desk_that_is_away_holds_no_tickets_up(scene: Scene) -> None:
    """One of its changes tries; the others wait with it."""
    changes = DeskChanges(scene.kept.engine)
    for _ in range(3):
        scene.kept.send(scene.kept.draft(draft("en"))[1], ("desk",))
    list(scene.courier.run())
    for remote_id in scene.fake.tickets:
        assert changes.note("desk", remote_id, scene.now)
    scene.fake.always = Response(b"", 503)
    scene.fake.requests.clear()
    list(scene.courier.run())
    assert len(scene.fake.requests) == 1
    scene.fake.always, scene.now = None, scene.now + timedelta(minutes=30)
    list(scene.courier.run())
    assert scene.courier.next_due() is None


def test_a_change_that_is_told_while_the_desk_is_asked_is_asked_about_again(scene: Scene) -> None:
    changes = DeskChanges(scene.kept.engine)
    assert changes.note("desk", scene.remote_id, scene.now)
    first = changes.due(scene.now, ["desk"])
    assert first is not None
    assert changes.note("desk", scene.remote_id, scene.now + timedelta(seconds=1))
    changes.settle(first)
    assert changes.due(scene.now + timedelta(seconds=1), ["desk"]) is not None


def test_tickets_of_others_and_forged_requests_wake_nobody(scene: Scene) -> None:
    assert scene.rings("999") == 204
    assert scene.rings(secret="another-secret-of-16") == 401
    assert scene.woken == 0
    assert DeskChanges(scene.kept.engine).due(scene.now + timedelta(days=1), ["desk"]) is None


@pytest.mark.parametrize(
    ("body", "number"),
    [
        (b'{"secret": "%s", "ticket": {"id": "81"}}', "81"),
        (b'{"secret": "%s", "trigger": {"ticket_id": 81, "new_status": 2}}', "81"),
        (b"secret=%s&comment%%5Bticket_id%%5D=81&comment%%5Bmessage%%5D=x", "81"),
        (b"secret=%s&case_id=81", "81"),
        (b'{"secret": "%s", "ticket_id": "../81"}', ""),
        (b'{"secret": "%s", "ticket_id": 1e400}', ""),
        (b'{"secret": "%s"}', ""),
    ],
)
def test_the_number_is_read_where_each_desk_has_it(body: bytes, number: str) -> None:
    change = TicketChanges(SECRET).read({}, body % SECRET.encode())
    assert change == (ChangedTicket(number) if number else None)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"secret": ""}', b"secret=x", b"\xff" * 100, b"[" * 9_000]
)
def test_without_the_secret_nothing_is_read(body: bytes) -> None:
    with pytest.raises(NotGenuine):
        TicketChanges(SECRET).read({}, body)
