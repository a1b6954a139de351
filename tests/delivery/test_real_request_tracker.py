"""The awkward ten on a real Request Tracker 5."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from intake.delivery import DeskTicket, Refused, Unavailable
from intake.delivery.desk_check import check_desk, make_test_ticket
from intake.delivery.desk_ticket import compose_desk_ticket
from intake.delivery.desks.request_tracker import RequestTracker, RequestTrackerOptions
from intake.tickets.reference import new_reference
from intake.tickets.stored_file import StoredFile
from tests.daemons.request_tracker import is_installed, request_tracker
from tests.tickets import example
from tests.tickets.example import NOW

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(600),
    pytest.mark.skipif(not is_installed(), reason="needs Debian's request-tracker5"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    with request_tracker(tmp_path_factory.mktemp("rt")) as found:
        yield found


def desk_of(place: tuple[str, str], **changes: object) -> RequestTracker:
    url, token = place
    fields = {"reference": "Intake Ref", "cause": "Cause"}
    written = {"url": url, "token": token, "fields": fields, "timeout_s": 60, **changes}
    return RequestTracker("rt", RequestTrackerOptions.model_validate(written))


def file_of(name: str, content: bytes) -> StoredFile:
    return StoredFile("f1", name, "image/png", len(content), "0" * 64, content)


def order(desk: RequestTracker, *files: StoredFile, **answers: str) -> DeskTicket:
    ticket = example.ticket(example.draft(**answers), reference=new_reference())
    return compose_desk_ticket(ticket, files, desk.mapping)


def test_a_check_passes(place: tuple[str, str]) -> None:
    ticket = make_test_ticket(new_reference(), NOW, queue="hosting", email="op@hoster.example")
    steps = list(check_desk(desk_of(place), ticket, clock=lambda: 0.0))
    assert [(step.name, step.why, step.losses) for step in steps if not step.is_good] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("Снимок ошибки.png", b"\x89PNG" * 10), ("log.txt", b"x" * 10_000_000)],
    ids=["cyrillic-name", "ten-megabytes"],
)
def test_awkward_files_arrive(place: tuple[str, str], name: str, content: bytes) -> None:
    desk = desk_of(place)
    sent = order(desk, file_of(name, content))
    assert desk.verify(desk.create(sent).remote_id, sent) == ()


@pytest.mark.parametrize(
    "changed",
    ["я" * 64_000, "<b>bold</b><script>alert(1)</script>", "line\r\nBcc: x@evil.example"],
    ids=["64-kb", "html", "new-lines"],
)
def test_awkward_texts_arrive(place: tuple[str, str], changed: str) -> None:
    desk = desk_of(place)
    sent = order(desk, changed=changed)
    assert desk.verify(desk.create(sent).remote_id, sent) == ()


@pytest.mark.parametrize("subject", ["=?UTF-8?Q?x?= and =? more", "a\r\nBcc: x@evil.example"])
def test_awkward_subjects_stay_one_line(place: tuple[str, str], subject: str) -> None:
    desk = desk_of(place)
    ticket = example.ticket(reference=new_reference())
    words = ticket.headline.model_copy(update={"ru": subject, "en": subject})
    ticket = ticket.model_copy(update={"headline": words})
    sent = compose_desk_ticket(ticket, (), desk.mapping)
    assert desk.verify(desk.create(sent).remote_id, sent) == ()


def test_an_unknown_field_and_a_bad_requester_are_found_out(place: tuple[str, str]) -> None:
    """Both are a 201 there."""
    desk = desk_of(place)
    sent = order(desk)
    sent = replace(
        sent,
        fields={**sent.fields, "No Such Field": "x"},
        requester=replace(sent.requester, email="no address"),
    )
    losses = desk.verify(desk.create(sent).remote_id, sent)
    assert {(loss.kind, loss.name) for loss in losses} == {
        ("field", "No Such Field"),
        ("requester", ""),
    }


def test_a_repeat_is_found_and_a_queue_told_from_a_key(place: tuple[str, str]) -> None:
    desk = desk_of(place)
    sent = order(desk)
    first = desk.create(sent)
    desk.create(sent)
    assert desk.find(sent.reference) == first.remote_id
    with pytest.raises(Refused):
        desk.create(replace(sent, queue="no such queue"))
    with pytest.raises(Unavailable) as trouble:
        desk_of(place, token="1-2-wrong").create(sent)
    assert trouble.value.needs_operator
