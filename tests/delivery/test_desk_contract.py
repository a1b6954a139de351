"""What every desk keeps to, whatever its API: once, nothing lost in silence, no secret told."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from intake.delivery import Desk, DeskTicket, Receipt, Refused, Unavailable
from intake.delivery.desk_ticket import compose_desk_ticket, compose_update
from intake.delivery.handover import HandOver, NeedsPerson
from intake.outbox import Delivery
from intake.tickets.stored_file import StoredFile
from tests.delivery.desk_cases import CASES, DeskCase
from tests.fakes.desks.server import KEY, FakeDesk, FakeTicket, Response
from tests.tickets import example
from tests.tickets.example import NOW

REFERENCE = "H4X-7PM-2KP"
FILE = StoredFile("f1", "Снимок.png", "image/png", 11, "0" * 64, b"\x89PNG\r\n\x1a\nabc")
TICKET = example.ticket(
    attachments=(
        example.FILES[0].model_copy(update={"name": FILE.name, "size_bytes": FILE.size_bytes}),
    )
)
MOODS = ("500", "drop", "stall", "html")


class Rows:
    """The outbox's row of one delivery, and a clock, in memory."""

    def __init__(self) -> None:
        self.now = NOW
        self.row = Delivery(1, REFERENCE, "desk", "", 0, NOW, "lease")
        self.notes: list[tuple[str, str]] = []

    def clock(self) -> datetime:
        return self.now

    def note(self, _delivery: Delivery, kind: str, detail: str) -> None:
        self.notes.append((kind, detail))

    def mark_sending(self, _delivery: Delivery, now: datetime) -> None:
        self.row = replace(self.row, sending_since=now)

    def mark_not_sent(self, _delivery: Delivery, left_out: str = "") -> None:
        self.row = replace(self.row, sending_since=None, left_out=left_out)

    def mark_left_out(self, _delivery: Delivery, left_out: str) -> None:
        self.row = replace(self.row, left_out=left_out)

    def mark_created(self, _delivery: Delivery, remote_id: str) -> None:
        self.row = replace(self.row, remote_id=remote_id, sending_since=None)

    def mark_losses(self, _delivery: Delivery, losses: str) -> None:
        self.row = replace(self.row, losses=losses)


class Case:
    """A desk, its fake and one ticket on its way."""

    def __init__(self, case: DeskCase, fake: FakeDesk) -> None:
        self.case, self.fake, self.rows = case, fake, Rows()
        self.desk: Desk = case.desk(fake)
        self.hand_over = HandOver(self.rows, self.rows.clock, self.rows.note)  # type: ignore[arg-type]

    def order(self, desk: Desk | None = None) -> DeskTicket:
        return compose_desk_ticket(TICKET, [FILE], (desk or self.desk).mapping)

    def attempt(self, desk: Desk | None = None) -> Receipt:
        self.rows.row = replace(self.rows.row, attempts=self.rows.row.attempts + 1)
        desk = desk or self.desk
        return self.hand_over.ticket(desk, self.rows.row, self.order(desk))

    def persist(self, attempts: int = 40) -> Receipt:
        """Try until it is there, the clock jumping to each next attempt."""
        for _ in range(attempts):
            try:
                return self.attempt()
            except Unavailable as trouble:
                self.rows.now += timedelta(seconds=trouble.retry_after_s or 60.0)
        raise AssertionError("it never arrived")

    @property
    def ours(self) -> list[FakeTicket]:
        return [one for one in self.fake.tickets.values() if REFERENCE in one.subject + one.text]


@pytest.fixture(params=CASES, ids=lambda case: case.kind)
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    with FakeDesk(request.param.dialect) as fake:
        yield Case(request.param, fake)


def others(fake: FakeDesk, count: int = 3) -> None:
    """Tickets of other people, the newest first in every list."""
    for number in range(count):
        fake.create(subject=f"Another matter {number}", requester="bob@mail.example", text="Hello")


def test_a_ticket_arrives_whole(case: Case) -> None:
    receipt = case.attempt()
    (ticket,) = case.fake.tickets.values()
    order = case.order()
    assert receipt.remote_id
    assert f"[{REFERENCE}]" in ticket.subject
    assert "Сайт отвечает 502" in ticket.text
    assert receipt.without_files is False or not case.desk.capabilities.takes_files
    shows = case.case.shows
    if "requester" in shows:
        assert ticket.requester == "anna@shop.example"
    if "queue" in shows:
        assert ticket.queue == case.case.queue
    if "priority" in shows:
        assert ticket.priority == case.case.priority
    if case.case.cause_field:
        assert ticket.fields[case.case.cause_field] == "http.bad_gateway"
    if case.desk.capabilities.takes_files:
        assert FILE.content in ticket.files.values()
    assert case.desk.verify(receipt.remote_id, order) == ()
    assert case.rows.notes == []


def test_it_is_found_by_its_reference_and_closed(case: Case) -> None:
    others(case.fake)
    receipt = case.attempt()
    if not case.desk.capabilities.finds:
        pytest.skip("it can't be asked")
    assert case.desk.find(REFERENCE) == receipt.remote_id
    assert case.desk.find("000-000-000") is None
    assert case.desk.state(receipt.remote_id) == "open"
    case.desk.close(receipt.remote_id)
    assert case.desk.state(receipt.remote_id) == "solved"


@pytest.mark.parametrize("mood", MOODS)
def test_a_lost_answer_makes_no_second_ticket(case: Case, mood: Any) -> None:
    """It accepted the ticket, and said nothing of it."""
    others(case.fake)
    case.fake.after_create = [mood]
    quick = case.case.desk(case.fake, timeout_s=0.3 if mood == "stall" else 20.0)
    if mood == "html" and case.desk.capabilities.repeat != "never":
        case.attempt(quick)  # any success is a receipt
        return
    with pytest.raises(Unavailable) as trouble:
        case.attempt(quick)
    assert not trouble.value.needs_operator
    if case.desk.capabilities.repeat == "never" and not case.desk.capabilities.finds:
        with pytest.raises(NeedsPerson, match=REFERENCE):
            case.attempt()
    else:
        case.persist()
    assert len(case.ours) == 1 or case.desk.capabilities.repeat == "joined"


@pytest.mark.parametrize("mood", ["500", "drop"])
def test_a_failure_that_made_nothing_is_made_good(case: Case, mood: Any) -> None:
    others(case.fake)
    case.fake.before_create = [mood]
    with pytest.raises(Unavailable):
        case.attempt()
    assert case.ours == []
    if case.desk.capabilities.repeat == "never" and not case.desk.capabilities.finds:
        return
    case.persist()
    assert len(case.ours) == 1


def test_while_the_search_lags_nothing_is_created_again(case: Case) -> None:
    if not case.desk.capabilities.finds:
        pytest.skip("it can't be asked")
    case.fake.after_create, case.fake.hidden = ["drop"], 1
    with pytest.raises(Unavailable):
        case.attempt()
    with pytest.raises(Unavailable, match="search may lag"):
        case.attempt()
    case.rows.now += timedelta(seconds=1)
    case.attempt()
    assert len(case.ours) == 1
    assert case.rows.notes[0][0] == "found"


def test_a_search_that_filters_nothing_is_not_believed(case: Case) -> None:
    if not case.desk.capabilities.finds:
        pytest.skip("it can't be asked")
    others(case.fake, 5)
    case.fake.ignores_search, case.fake.before_create = True, ["drop"]
    with pytest.raises(Unavailable):
        case.attempt()
    case.persist()
    assert len(case.ours) == 1
    assert (case.desk.find(REFERENCE) or "").endswith(case.ours[0].id)


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_is_refused_is_the_operators_to_mend(case: Case, status: int) -> None:
    case.fake.always = Response({"message": f"No, {KEY} is no key"}, status)
    with pytest.raises(Unavailable) as trouble:
        case.attempt()
    assert trouble.value.whole_desk
    assert trouble.value.needs_operator
    assert KEY not in str(trouble.value)
    assert case.rows.row.sending_since is None


def test_a_desk_that_says_when_is_believed(case: Case) -> None:
    case.fake.always = Response({"error": "slow down"}, 429, {"Retry-After": "1234"})
    with pytest.raises(Unavailable) as trouble:
        case.attempt()
    assert trouble.value.retry_after_s == 1234
    assert trouble.value.whole_desk


def test_a_redirect_is_not_followed(case: Case) -> None:
    case.fake.always = Response(b"", 302, {"Location": "http://evil.example/?"})
    with pytest.raises(Unavailable, match="evil"):
        case.attempt()


def test_a_refusal_is_the_desks_own_words(case: Case) -> None:
    case.fake.refuses = lambda _ticket: Response({"message": "No such queue"}, 422)
    with pytest.raises(Refused, match="No such queue"):
        case.attempt()
    assert case.fake.tickets == {}
    assert case.rows.row.sending_since is None


def test_what_the_desk_will_not_have_is_left_out(case: Case) -> None:
    if not case.desk.capabilities.takes_files or case.desk.capabilities.attaches_later:
        pytest.skip("its files go another way")
    refusal = Response({"message": "Too large"}, 413)
    case.fake.refuses = lambda ticket: refusal if ticket.files else None
    receipt = case.attempt()
    (ticket,) = case.ours
    assert receipt.without_files
    assert "слишком велики" in ticket.text
    assert ("without-files", "") not in case.rows.notes


@pytest.mark.parametrize("part", ["requester", "field", "files", "priority", "queue", "text"])
def test_what_it_drops_in_silence_is_found_and_said(case: Case, part: str) -> None:
    if part not in case.case.shows:
        pytest.skip("it can't be read back")
    case.fake.drops = {part}
    case.attempt()
    (ticket,) = case.ours
    losses = json.loads(case.rows.row.losses or "[]")
    kind = {"files": "file"}.get(part, part)
    if part == "files" and case.desk.capabilities.attaches_later:
        return
    assert [loss["kind"] for loss in losses] == [kind]
    assert [note[0] for note in case.rows.notes] == ["dropped"]
    if "messages" in case.case.shows:
        assert any(f"[{REFERENCE}.dropped]" in message for message in ticket.messages)


def test_what_came_after_it_is_added_once(case: Case) -> None:
    if not case.desk.capabilities.appends:
        pytest.skip("it can't be written to again")
    receipt = case.attempt()
    message = compose_update(TICKET, "check.web", case.desk.mapping)
    case.rows.row = replace(case.rows.row, remote_id=receipt.remote_id, sending_since=None)
    case.fake.after_create = ["drop"]
    (ticket,) = case.fake.tickets.values()
    try:
        case.hand_over.message(case.desk, case.rows.row, message)
    except Unavailable:
        case.hand_over.message(case.desk, case.rows.row, message)
    added = [text for text in ticket.messages if message.mark in text]
    assert len(added) == 1 or case.desk.capabilities.repeat == "joined"


@pytest.mark.parametrize(
    "body",
    [b"", b"[null]", b'{"id": {"a": 1}}', b"[" * 50_000],
    ids=range(4),
)
def test_nonsense_is_no_receipt(case: Case, body: bytes) -> None:
    """An answer that doesn't name the ticket leaves everything open, and crashes nothing."""
    case.fake.always = Response(body)
    gc.collect()  # else others' rubbish may be collected, and fail, at the bottom of a recursion
    gc.disable()
    try:
        receipt = case.attempt()
    except (Refused, Unavailable):
        return
    finally:
        gc.enable()
    assert not case.desk.capabilities.finds
    assert receipt.remote_id
