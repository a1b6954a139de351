"""Letters that came back: the delivery is reopened, and says why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.delivery import Courier, EmailDesk
from intake.delivery.bounces import Bounces
from intake.delivery.desks.receipt import RECEIPT
from intake.outbox import Outbox
from tests.fakes.smtp import FakeSmtp
from tests.tickets.example import Kept

# Written as RFC 3464 says, with the headers of the letter that came back.
NOTICE = """From: MAILER-DAEMON@mx.hoster.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

The mail system could not deliver your message.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.hoster.example

Final-Recipient: rfc822; desk@hoster.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: message/rfc822-headers

From: intake@hoster.example
To: desk@hoster.example
Message-ID: {message_id}
Subject: [{reference}]

--b--
"""


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    smtp = FakeSmtp()
    smtp.up()
    yield smtp
    smtp.down()


@pytest.fixture
def sent(kept: Kept, smtp: FakeSmtp) -> str:
    """A ticket that the mail server took."""
    reference = kept.send(kept.draft()[1]).reference
    list(courier(kept, smtp).run())
    assert Outbox(kept.engine).counts() == {"delivered": 1}
    return reference


def courier(kept: Kept, smtp: FakeSmtp) -> Courier:
    desk = EmailDesk(
        smtp.url,
        to="desk@hoster.example",
        sender="intake@hoster.example",
        bounces_to="bounces@hoster.example",
    )
    return Courier(kept.engine, [desk])


def bounces(kept: Kept) -> Bounces:
    return Bounces(kept.engine, ["email"], RECEIPT)


def notice(reference: str, **changes: str) -> bytes:
    parts = {
        "to": "bounces@hoster.example",
        "action": "failed",
        "status": "5.1.1",
        "said": "550 5.1.1 No such user here",
        "message_id": f"<{reference.lower()}.ticket@hoster.example>",
        "reference": reference,
        **changes,
    }
    return NOTICE.format(**parts).encode()


@pytest.mark.parametrize("way", ["message-id", "return-path", "told"])
def test_a_returned_ticket_waits_for_a_person_and_is_sent_again(
    kept: Kept, smtp: FakeSmtp, sent: str, way: str
) -> None:
    own = smtp.senders[0]
    changes = {"message-id": {}, "return-path": {"to": own, "message_id": "<x@y>"}, "told": {}}[way]
    bounce = bounces(kept).take(notice(sent, **changes), "en", own if way == "told" else "")
    assert (bounce.result, bounce.reference) == ("reopened", sent)
    (row,) = Outbox(kept.engine).parked(sent)
    assert "No such user here" in row.why
    ticket = kept.tickets.get(sent)
    assert ticket is not None
    assert [event.kind for event in ticket.events][-1] == "bounced"
    Outbox(kept.engine).retry_parked(ticket.created_at, sent)
    list(courier(kept, smtp).run())
    assert len(smtp.letters) == 2


def test_a_late_letter_is_not_a_lost_one(kept: Kept, sent: str) -> None:
    letter = notice(sent, action="delayed", status="4.4.1", said="connection timed out")
    assert bounces(kept).take(letter, "en").result == "delayed"
    assert Outbox(kept.engine).parked(sent) == []


def test_a_customers_mailbox_that_returns_the_receipt_parks_nothing(kept: Kept, sent: str) -> None:
    message_id = f"<{sent.lower()}.receipt.ticket@hoster.example>"
    assert bounces(kept).take(notice(sent, message_id=message_id), "en").result == "noted"
    assert Outbox(kept.engine).parked(sent) == []


@pytest.mark.parametrize(
    ("letter", "result"),
    [
        (b"", "no-notice"),
        (b"From: a@b.example\nSubject: Hello\n\nHow are you?", "no-notice"),
        (notice("000-000-000"), "unknown"),
        (notice("H4X-7PM-2KP", message_id="<something@else.example>"), "unknown"),
        (b"\xff" * 10_000, "no-notice"),
    ],
    ids=range(5),
)
def test_what_is_not_ours_changes_nothing(
    kept: Kept, sent: str, letter: bytes, result: str
) -> None:
    assert bounces(kept).take(letter, "en").result == result
    assert Outbox(kept.engine).parked(sent) == []
