"""Faults of a desk pause it, for every process; faults of a ticket park it; a person is told."""

from __future__ import annotations

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from intake.delivery import Capabilities, Courier, Refused, Unavailable
from intake.delivery.operator_mail import OperatorMail
from intake.outbox import DeskPauses, Outbox
from tests.delivery.scripted_desk import ScriptedDesk
from tests.tickets.example import NOW, Kept


@pytest.fixture
def kept(tmp_path: Path) -> Kept:
    return Kept(f"sqlite:///{tmp_path}/intake.sqlite3")


class Mailbox:
    """Where the operator reads."""

    def __init__(self) -> None:
        self.letters: list[bytes] = []

    def __call__(self, letter: bytes, to: str) -> None:
        assert to == "ops@hoster.example"
        self.letters.append(letter)

    def operator(self) -> OperatorMail:
        return OperatorMail(
            self, to="ops@hoster.example", sender="i@hoster.example", name="Acme", language="en"
        )

    @property
    def subjects(self) -> list[str]:
        return [
            str(message_from_bytes(letter, policy=policy.default)["Subject"])
            for letter in self.letters
        ]


def test_a_refused_key_pauses_the_desk_for_every_process_and_the_operator_is_told(
    kept: Kept,
) -> None:
    for _ in range(3):
        kept.send(kept.draft()[1])
    trouble = Unavailable("refused the key", whole_desk=True, needs_operator=True)
    desk, mailbox = ScriptedDesk(trouble), Mailbox()
    courier = Courier(kept.engine, [desk], clock=lambda: NOW, operator=mailbox.operator())
    list(courier.run())
    assert desk.tries == 1
    assert list(Courier(kept.engine, [desk], clock=lambda: NOW).run()) == []
    assert DeskPauses(kept.engine).all()["email"].why == "refused the key"
    assert Outbox(kept.engine).parked() == []
    assert mailbox.subjects == ["Intake: desk “email” is paused"]
    courier.try_now()
    list(courier.run())
    assert len(desk.taken) == 3
    assert DeskPauses(kept.engine).all() == {}


def test_one_cause_is_one_mail(kept: Kept) -> None:
    references = [kept.send(kept.draft()[1]).reference for _ in range(4)]
    refusals = [Refused("no such queue")] * 4
    desk, mailbox = ScriptedDesk(*refusals), Mailbox()
    list(Courier(kept.engine, [desk], clock=lambda: NOW, operator=mailbox.operator()).run())
    assert len(Outbox(kept.engine).parked()) == 4
    (letter,) = mailbox.letters
    parsed = message_from_bytes(letter, policy=policy.default)
    assert parsed["Auto-Submitted"] == "auto-generated"
    body = parsed.get_content()
    assert "no such queue" in body
    assert any(reference in body for reference in references)


def test_a_line_lost_with_one_ticket_stops_no_other(kept: Kept) -> None:
    for _ in range(4):
        kept.send(kept.draft()[1])
    desk = ScriptedDesk(Unavailable("the line was lost", is_uncertain=True))
    list(Courier(kept.engine, [desk], clock=lambda: NOW).run())
    assert len(desk.taken) == 3


def test_lines_lost_again_and_again_pause_the_desk(kept: Kept) -> None:
    for _ in range(9):
        kept.send(kept.draft()[1])
    desk = ScriptedDesk(*[Unavailable("did not answer", is_uncertain=True)] * 9)
    list(Courier(kept.engine, [desk], clock=lambda: NOW, pick=lambda _low, high: high).run())
    assert desk.tries == 3


class BlindDesk(ScriptedDesk):
    """Can't be asked, and would make a second ticket of a repeat."""

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(finds=False, repeat="never")


def test_a_desk_that_cannot_be_asked_is_left_to_a_person(kept: Kept) -> None:
    reference = kept.send(kept.draft()[1]).reference
    desk, moment = BlindDesk(Unavailable("the line was lost", is_uncertain=True)), NOW
    pick = lambda _low, _high: 0.0  # noqa: E731
    courier = Courier(kept.engine, [desk], clock=lambda: moment, pick=pick)
    attempts = list(courier.run())
    assert [attempt.outcome for attempt in attempts] == ["waiting", "parked"]
    assert desk.tries == 1
    (row,) = Outbox(kept.engine).parked(reference)
    assert f"Look for [{reference}] there" in row.why
    # The person has looked: it isn't there.
    Outbox(kept.engine).retry_parked(NOW + timedelta(minutes=1), reference)
    moment = NOW + timedelta(minutes=2)
    list(courier.run())
    assert desk.taken == [reference]
