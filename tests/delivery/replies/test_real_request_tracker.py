"""An agent replies in a real Request Tracker 5, and its mail brings the reply back."""

from __future__ import annotations

import time
from dataclasses import replace
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import requests

from intake.delivery.desk_ticket import compose_desk_ticket
from intake.delivery.desks.request_tracker import RequestTracker, RequestTrackerOptions
from intake.delivery.replies.mailbox import ReplyMailbox, read_mailed_reply
from intake.delivery.replies.reply_intake import ReplyIntake
from intake.tickets.conversation_store import ConversationStore
from tests.daemons.request_tracker import is_installed, request_tracker
from tests.tickets.example import Kept

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not is_installed(), reason="needs Debian's request-tracker5"),
]

MAILBOX = ReplyMailbox("bounces@hoster.example", "rt", b"our own key")


def wait_for_mail(folder: Path, words: str) -> None:
    """Until a mail with these words stands in the folder; RT hands mails over when it likes."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        for mail in folder.iterdir():
            message = message_from_bytes(mail.read_bytes(), policy=policy.default)
            body = message.get_body(("plain",))
            if body is not None and words in str(body.get_content()):
                return
        time.sleep(0.2)
    raise AssertionError(f"no mail with {words!r} among {len(list(folder.iterdir()))}")


def test_an_agents_reply_comes_back_and_nothing_else(tmp_path: Path) -> None:
    kept = Kept(f"sqlite:///{tmp_path / 'intake.db'}")
    with request_tracker(tmp_path) as (url, token):
        written = {"url": url, "token": token, "fields": {"reference": "Intake Ref"}}
        desk = RequestTracker("rt", RequestTrackerOptions.model_validate(written))
        desk.set_reply_addresses(MAILBOX)
        sent = kept.send(kept.draft()[1], ("rt",))
        ticket = replace(compose_desk_ticket(sent, (), desk.mapping), queue="hosting")
        receipt = desk.create(ticket)
        api = {"Authorization": f"token {token}"}
        for kind, words in (("comment", "SECRET NOTE"), ("correspond", "PHP снова работает.")):
            answer = requests.post(
                f"{url}/REST/2.0/ticket/{receipt.remote_id}/{kind}",
                json={"Content": words, "ContentType": "text/plain"},
                headers=api,
                timeout=60,
            )
            assert answer.status_code == 201, answer.text
        wait_for_mail(tmp_path / "mails", "PHP снова работает.")
        mails = [mail.read_bytes() for mail in (tmp_path / "mails").iterdir()]
    intake = ReplyIntake(kept.engine, kept.tickets, ConversationStore(kept.engine))
    results = []
    for mail in [*mails, *mails]:
        mailed = read_mailed_reply(mail, [MAILBOX])
        if mailed is not None:
            assert mailed.reference == sent.reference
            results.append(intake.take("rt", mailed.reply) if mailed.reply else "automatic")
    assert results.count("added") == 1, results
    now = kept.tickets.get(sent.reference)
    assert now is not None
    (entry,) = now.conversation
    assert entry.text == "PHP снова работает."
    kept.engine.dispose()
