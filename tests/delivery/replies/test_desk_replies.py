"""Agents' replies come back from desks: genuine, each once, none of our own, none private."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from standardwebhooks import Webhook

from intake import database as db
from intake.delivery.configuration import DeskFileError, read_desks
from intake.delivery.desk_ticket import compose_desk_ticket, compose_entry
from intake.delivery.desks.letter import Envelope, write_letter
from intake.delivery.replies.freescout import FreeScoutReplies
from intake.delivery.replies.mailbox import MailedReply, ReplyMailbox, read_mailed_reply
from intake.delivery.replies.reply import DeskReply, NotGenuine, ReplyReader
from intake.delivery.replies.reply_intake import ReplyIntake
from intake.delivery.replies.standard_webhook import StandardReplies
from intake.delivery.replies.zammad import ZammadReplies
from intake.delivery.replies.zendesk import ZendeskReplies
from intake.tickets import Ticket, for_customer
from intake.tickets.conversation import customer_line
from intake.tickets.conversation_store import ConversationStore
from tests.tickets.example import Kept

SECRET = "a-secret-of-the-desk-and-ours"
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
MAILBOX = ReplyMailbox("bounces@hoster.example", "rt", b"our own key")


def zammad_body(**changes: Any) -> bytes:
    article = {
        "id": 104,
        "ticket_id": 81,
        "sender": "Agent",
        "internal": False,
        "content_type": "text/html",
        "body": "<p>PHP is back.</p><blockquote>When?</blockquote>",
        "created_by": {"firstname": "Olga", "lastname": "Petrova"},
        **changes,
    }
    return json.dumps({"ticket": {"id": 81, "number": "10081"}, "article": article}).encode()


def zammad_headers(body: bytes) -> dict[str, str]:
    digest = hmac.digest(SECRET.encode(), body, "sha1").hex()
    return {"x-hub-signature": f"sha1={digest}"}


def zendesk_body(**changes: Any) -> bytes:
    comment = {
        "id": "4711",
        "body": "PHP is back.\n\n> When?",
        "is_public": True,
        "author": {"id": "1", "is_staff": True, "name": "Olga Petrova"},
        **changes,
    }
    event = {
        "type": "zen:event-type:ticket.comment_added",
        "detail": {"id": "81", "external_id": ""},
        "event": {"comment": comment},
    }
    return json.dumps(event).encode()


def zendesk_headers(body: bytes, at: datetime = NOW) -> dict[str, str]:
    stamp = at.isoformat().replace("+00:00", "Z")
    digest = hmac.digest(SECRET.encode(), stamp.encode() + body, "sha256")
    return {
        "x-zendesk-webhook-signature": b64encode(digest).decode(),
        "x-zendesk-webhook-signature-timestamp": stamp,
    }


def standard_body(**changes: Any) -> bytes:
    data = {
        "id": "r-1",
        "ticket": "81",
        "text": "PHP is back.",
        "author": "Olga Petrova",
        "is_public": True,
        **changes,
    }
    return json.dumps({"type": "reply.created", "data": data}).encode()


def standard_headers(body: bytes, at: datetime | None = None) -> dict[str, str]:
    moment = at or datetime.now(UTC)
    signature = Webhook(SECRET.encode()).sign("m-1", moment, body.decode())
    return {
        "webhook-id": "m-1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature,
    }


def freescout_body(**changes: Any) -> bytes:
    thread = {
        "id": 7,
        "type": "message",
        "state": "published",
        "body": "PHP is back.<br><blockquote>When?</blockquote>",
        "createdBy": {"type": "user", "firstName": "Olga", "lastName": "Petrova"},
        **changes,
    }
    older = {**thread, "id": 5, "type": "message", "state": "published", "body": "Older"}
    customer = {**thread, "id": 9, "type": "customer", "body": "Later"}
    threads = [customer, thread, *([older] if not changes else [])]
    return json.dumps({"id": 81, "_embedded": {"threads": threads}}).encode()


def freescout_headers(body: bytes) -> dict[str, str]:
    digest = hmac.digest(SECRET.encode(), body, "sha1")
    return {
        "x-freescout-event": "convo.agent.reply.created",
        "x-freescout-signature": b64encode(digest).decode(),
    }


def zendesk() -> ZendeskReplies:
    return ZendeskReplies(SECRET, clock=lambda: NOW)


WAYS: list[tuple[ReplyReader, Any, Any]] = [
    (ZammadReplies(SECRET), zammad_body, zammad_headers),
    (zendesk(), zendesk_body, zendesk_headers),
    (StandardReplies(SECRET), standard_body, standard_headers),
    (FreeScoutReplies(SECRET), freescout_body, freescout_headers),
]


@pytest.mark.parametrize(("reader", "body", "headers"), WAYS)
def test_a_genuine_reply_is_read(reader: ReplyReader, body: Any, headers: Any) -> None:
    reply = reader.read(headers(body()), body())
    assert isinstance(reply, DeskReply)
    assert (reply.text, reply.author_name, reply.remote_id) == (
        "PHP is back.",
        "Olga Petrova",
        "81",
    )
    assert reply.key


@pytest.mark.parametrize(("reader", "body", "headers"), WAYS)
def test_what_the_desk_did_not_sign_is_not_read(
    reader: ReplyReader, body: Any, headers: Any
) -> None:
    good: Mapping[str, str] = headers(body())
    changed = body().replace(b"PHP", b"BHP")
    for forged in (
        {},
        dict.fromkeys(good, ""),
        dict.fromkeys(good, "sha1=é"),
        {name: value[:-4] for name, value in good.items()},
    ):
        with pytest.raises(NotGenuine):
            reader.read(forged, body())
    with pytest.raises(NotGenuine):
        reader.read(good, changed)


@pytest.mark.parametrize(
    ("reader", "body", "headers"),
    [
        (ZammadReplies(SECRET), zammad_body(internal=True), zammad_headers),
        (ZammadReplies(SECRET), zammad_body(internal=None), zammad_headers),
        (ZammadReplies(SECRET), zammad_body(sender="Customer"), zammad_headers),
        (ZammadReplies(SECRET), zammad_body(sender="System"), zammad_headers),
        (zendesk(), zendesk_body(is_public=False), zendesk_headers),
        (zendesk(), zendesk_body(is_public="false"), zendesk_headers),
        (zendesk(), zendesk_body(author={"is_staff": False}), zendesk_headers),
        (zendesk(), zendesk_body(author=None), zendesk_headers),
        (StandardReplies(SECRET), standard_body(is_public=False), standard_headers),
        (FreeScoutReplies(SECRET), freescout_body(type="note"), freescout_headers),
        (FreeScoutReplies(SECRET), freescout_body(state="draft"), freescout_headers),
        (FreeScoutReplies(SECRET), freescout_body(createdBy={"type": "x"}), freescout_headers),
        *((ZammadReplies(SECRET), body, zammad_headers) for body in (b"", b"[]", b"[" * 9_000)),
        *((zendesk(), body, zendesk_headers) for body in (b"null", b"{}", b'{"event": {}}')),
    ],
)
def test_notes_customers_and_nonsense_are_no_replies(
    reader: ReplyReader, body: bytes, headers: Any
) -> None:
    assert reader.read(headers(body), body) is None


@pytest.mark.parametrize(
    ("reader", "body", "headers", "state"),
    [
        (
            ZammadReplies(SECRET),
            b'{"ticket": {"id": 81, "state": "closed"}, "article": {"internal": true}}',
            zammad_headers,
            "solved",
        ),
        (
            zendesk(),
            b'{"type": "zen:event-type:x", "detail": {"id": "81", "status": "OPEN"}}',
            zendesk_headers,
            "open",
        ),
        (FreeScoutReplies(SECRET), b'{"id": 81, "status": "closed"}', freescout_headers, "solved"),
        (
            StandardReplies(SECRET),
            b'{"type": "state.changed", "data": {"ticket": "81", "state": "solved"}}',
            standard_headers,
            "solved",
        ),
    ],
    ids=["zammad", "zendesk", "freescout", "webhook"],
)
def test_a_state_without_words_is_read(
    reader: ReplyReader, body: bytes, headers: Any, state: str
) -> None:
    heard = reader.read(headers(body), body)
    assert isinstance(heard, DeskReply)
    assert (heard.remote_id, heard.state, heard.text, heard.key) == ("81", state, "", "")


def test_a_ticket_is_solved_with_its_desk_and_told_once(desk: Desk) -> None:
    closed = DeskReply(key="", text="", remote_id="81", state="solved")
    assert [desk.intake.take("rt", closed) for _ in range(2)] == ["state", "empty"]
    assert desk.now().state == "solved"
    assert desk.intake.take("rt", replace(closed, state="open")) == "state"
    assert desk.now().state == "open"
    assert [entry.kind for entry in desk.now().conversation] == ["state", "state"]


def test_an_old_signature_is_none() -> None:
    body = zendesk_body()
    with pytest.raises(NotGenuine):
        zendesk().read(zendesk_headers(body, NOW - timedelta(days=2)), body)
    old = standard_headers(standard_body(), datetime.now(UTC) - timedelta(hours=1))
    with pytest.raises(NotGenuine):
        StandardReplies(SECRET).read(old, standard_body())


class Desk:
    """A ticket that two desks have, one of them under the number 81."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self.sent = kept.send(kept.draft()[1], ("rt", "email"))
        row = db.outbox.c
        with db.writing(kept.engine) as connection:
            connection.execute(
                update(db.outbox).where(row.desk == "rt").values(state="delivered", receipt="81")
            )
        self.store = ConversationStore(kept.engine)
        self.intake = ReplyIntake(kept.engine, kept.tickets, self.store)

    def now(self) -> Ticket:
        ticket = self.kept.tickets.get(self.sent.reference)
        assert ticket is not None
        return ticket


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    desk = Desk(Kept(database_url))
    yield desk
    desk.kept.engine.dispose()


def test_a_reply_joins_its_ticket_once(desk: Desk) -> None:
    reply = DeskReply(key="104", text="PHP is back.", author_name="Olga Petrova", remote_id="81")
    assert [desk.intake.take("rt", reply) for _ in range(3)] == ["added", "known", "known"]
    (entry,) = for_customer(desk.now()).conversation
    assert (entry.author, entry.kind, entry.author_name) == ("desk", "reply", "Olga Petrova")
    told = [row.desk for row in desk.kept.outbox_rows(desk.sent.reference) if row.about]
    assert told == ["email"]  # the others; not the desk where it was written


def test_a_desk_speaks_for_its_own_tickets_alone(desk: Desk) -> None:
    reply = DeskReply(key="1", text="x", remote_id="82", reference=desk.sent.reference)
    assert desk.intake.take("another", reply) == "no-ticket"
    assert desk.intake.take("email", reply) == "added"  # by our reference, which it has
    assert desk.intake.take("rt", DeskReply(key="2", text="x", remote_id="8")) == "no-ticket"
    assert desk.intake.take("rt", DeskReply(key="2", text=" \u200b", remote_id="81")) == "empty"


def test_what_we_wrote_there_ourselves_does_not_come_round(desk: Desk) -> None:
    entry = desk.store.add(desk.sent.reference, customer_line("It still fails."))
    assert entry is not None
    mapping = read_desks_mapping()
    message = compose_entry(desk.now(), entry, (), mapping, f"{desk.sent.reference}.entry.1")
    whole = compose_desk_ticket(desk.sent, (), mapping)
    for text in (message.marked_text, whole.text, f"Olga via RT wrote\n\n{whole.text}"):
        reply = DeskReply(key=text[:20], text=text, remote_id="81")
        assert desk.intake.take("rt", reply) == "own"


def read_desks_mapping() -> Any:
    from intake.delivery.desk_mapping import DeskMapping  # noqa: PLC0415

    return DeskMapping(base_url="https://help.hoster.example")


def test_secrets_in_a_reply_are_masked(desk: Desk) -> None:
    reply = DeskReply(key="1", text="The new password is hunter2secret", remote_id="81")
    assert desk.intake.take("rt", reply) == "added"
    assert "hunter2secret" not in desk.now().conversation[0].text


def letter(**headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Olga Petrova via RT <support@hoster.example>"
    message["Message-ID"] = "<rt-5.0.3-1-2@hoster.example>"
    message["To"] = MAILBOX.address("H4X-7PM-2KP")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("PHP is back.\n\nOn Sun, 22 Nov 2026, Anna wrote:\n> When?\n")
    return message


def read(message: EmailMessage, to: str = "") -> MailedReply | None:
    return read_mailed_reply(message.as_bytes(), [MAILBOX], to)


def test_a_mailed_reply_is_read(desk: Desk) -> None:
    mailed = read(letter(Precedence="bulk"))  # Request Tracker writes it into every mail
    assert mailed is not None
    assert (mailed.desk, mailed.reference) == ("rt", "H4X-7PM-2KP")
    assert mailed.reply is not None
    assert (mailed.reply.text, mailed.reply.author_name) == ("PHP is back.", "Olga Petrova")
    own = MAILBOX.address(desk.sent.reference)
    message = letter()
    del message["To"]
    message["To"] = own
    mailed = read(message)
    assert mailed is not None
    assert mailed.reply is not None
    assert [desk.intake.take("rt", mailed.reply) for _ in range(2)] == ["added", "known"]


def test_a_customer_who_answers_to_all_is_not_support(desk: Desk) -> None:
    own = MAILBOX.address(desk.sent.reference)
    for headers in ({"RT_Originator": "Anna@Shop.example"}, {}):
        message = letter(**headers)
        if not headers:
            del message["From"]
            message["From"] = "Anna <anna@shop.example>"
        mailed = read_mailed_reply(message.as_bytes(), [MAILBOX], own)
        assert mailed is not None
        assert mailed.reply is not None
        assert desk.intake.take("rt", mailed.reply) == "customer"


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied; x"},
        {"Auto_Submitted": "auto-generated"},
        {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "All"},
        {"X_Intake_Reference": "H4X-7PM-2KP"},
    ],
)
def test_automatic_mails_are_no_replies(headers: dict[str, str]) -> None:
    mailed = read(letter(**headers))
    assert mailed is not None
    assert mailed.reply is None


def test_our_own_letter_is_none() -> None:
    message = letter()
    del message["Message-ID"]
    message["Message-ID"] = "<h4x-7pm-2kp.entry.1.ticket@hoster.example>"
    mailed = read(message)
    assert mailed is not None
    assert mailed.reply is None


@pytest.mark.parametrize(
    "address",
    [
        "bounces@hoster.example",
        "bounces+reply.h4x-7pm-2kp.aaaaaaaaaaaaaaaaaaaa@hoster.example",
        "bounces+reply.h4x-7pm-2kp@hoster.example",
        "bounces+h4x-7pm-2kp@hoster.example",
        f"x+reply.h4x-7pm-2kq.{MAILBOX.code('H4X-7PM-2KP')}@hoster.example",
        "",
    ],
)
def test_an_address_that_we_never_gave_out_reaches_nothing(address: str) -> None:
    message = letter()
    del message["To"]
    message["To"] = address
    assert read(message) is None


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"Content-Type: multipart/mixed\n\n--x"])
def test_what_is_no_letter_breaks_nothing(body: bytes) -> None:
    mailed = read_mailed_reply(body, [MAILBOX], MAILBOX.address("H4X-7PM-2KP"))
    assert mailed is not None
    assert mailed.reply is None


def test_a_desk_is_told_the_address_and_nobody_is_mailed_there(desk: Desk) -> None:
    mapping = replace(read_desks_mapping(), replies=MAILBOX)
    ticket = compose_desk_ticket(desk.sent, (), mapping)
    assert ticket.reply_address == MAILBOX.address(desk.sent.reference)
    written = write_letter(ticket, (), Envelope("us@hoster.example", "desk@hoster.example"))
    assert f"\nCc: {ticket.reply_address}\n" in written.decode().replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("kind: redmine\n    url: https://r.example\n    key: k\n    reply_secret: x", "webhooks"),
        ("kind: zammad\n    url: https://z.example\n    token: t\n    reply_secret: x", "16"),
        (
            "kind: zammad\n    url: https://z.example\n    token: t\n    replies_by_mail: true",
            "by mail",
        ),
    ],
)
def test_a_desk_that_cannot_reply_says_so_at_the_start(
    tmp_path: Path, written: str, why: str
) -> None:
    path = tmp_path / "desks.yaml"
    path.write_text(f"desks:\n  support:\n    {written}\n", encoding="utf-8")
    with pytest.raises(DeskFileError, match=why):
        read_desks(path)
