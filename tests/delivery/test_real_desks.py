"""The awkward ten on a real Request Tracker 5, a real Redmine 5 and a real Znuny 6.5."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from intake.delivery import Desk, DeskTicket, Loss, Refused, Unavailable
from intake.delivery.desk_check import check_desk, make_test_ticket
from intake.delivery.desk_ticket import compose_desk_ticket
from intake.tickets.reference import new_reference
from intake.tickets.stored_file import StoredFile
from tests.daemons import redmine, request_tracker, znuny
from tests.delivery.desk_cases import desk_from_file
from tests.tickets import example
from tests.tickets.example import NOW

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


@contextmanager
def _request_tracker(folder: Path) -> Iterator[dict[str, Any]]:
    with request_tracker.request_tracker(folder) as (url, token):
        fields = {"reference": "Intake Ref", "cause": "Cause"}
        yield {"kind": "request-tracker", "url": url, "token": token, "fields": fields}


@contextmanager
def _redmine(folder: Path) -> Iterator[dict[str, Any]]:
    with redmine.redmine(folder) as (url, key):
        fields = {"reference": "1", "cause": "2"}
        yield {"kind": "redmine", "url": url, "key": key, "fields": fields, "tracker": "3"}


@contextmanager
def _znuny(folder: Path) -> Iterator[dict[str, Any]]:
    with znuny.znuny(folder) as url:
        yield {
            "kind": "znuny",
            "url": url,
            "user": znuny.USER,
            "password": znuny.PASSWORD,
            "fields": {"reference": "IntakeRef", "cause": "IntakeCause"},
        }


@dataclass(frozen=True)
class RealDesk:
    """`key` is the option with its secret; `unknown_field` has the form of its fields' names."""

    start: Callable[[Path], Any]
    is_installed: Callable[[], bool]
    packages: str
    key: str
    unknown_field: str


DESKS = {
    "request-tracker": RealDesk(
        _request_tracker,
        request_tracker.is_installed,
        "request-tracker5",
        "token",
        "No Such Field",
    ),
    "redmine": RealDesk(_redmine, redmine.is_installed, "redmine", "key", "99"),
    "znuny": RealDesk(_znuny, znuny.is_installed, "otrs2", "password", "NoSuchField"),
}


@dataclass(frozen=True)
class Place:
    """A desk that runs, and the options that lead there."""

    real: RealDesk
    options: dict[str, Any]

    def desk(self, **changes: object) -> Any:
        return desk_from_file({**self.options, "timeout_s": 60, **changes})


@pytest.fixture(scope="module", params=list(DESKS))
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    real = DESKS[request.param]
    if not real.is_installed():
        pytest.skip(f"needs Debian's {real.packages}: tools/desk-packages.sh")
    with real.start(tmp_path_factory.mktemp(request.param)) as options:
        yield Place(real, options)


def file_of(name: str, content: bytes) -> StoredFile:
    return StoredFile("f1", name, "image/png", len(content), "0" * 64, content)


def order(desk: Desk, *files: StoredFile, **answers: str) -> DeskTicket:
    ticket = example.ticket(example.draft(**answers), reference=new_reference())
    return compose_desk_ticket(ticket, files, desk.mapping)


def handed_over(desk: Any, sent: DeskTicket) -> tuple[Loss, ...]:
    """What a hand-over comes to: created, files added where they come later, read back."""
    remote_id = desk.create(sent).remote_id
    if desk.capabilities.attaches_later and sent.files:
        desk.attach(remote_id, sent.files)
    losses: tuple[Loss, ...] = desk.verify(remote_id, sent)
    return losses


def test_a_check_passes(place: Place) -> None:
    ticket = make_test_ticket(new_reference(), NOW, queue="hosting", email="op@hoster.example")
    steps = list(check_desk(place.desk(), ticket, clock=lambda: 0.0))
    assert [(step.name, step.why, step.losses) for step in steps if not step.is_good] == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("Снимок ошибки.png", b"\x89PNG" * 10), ("log.txt", b"x" * 10_000_000)],
    ids=["cyrillic-name", "ten-megabytes"],
)
def test_awkward_files_arrive(place: Place, name: str, content: bytes) -> None:
    desk = place.desk()
    assert handed_over(desk, order(desk, file_of(name, content))) == ()


@pytest.mark.parametrize(
    "changed",
    ["я" * 64_000, "<b>bold</b><script>alert(1)</script>", "line\r\nBcc: x@evil.example"],
    ids=["64-kb", "html", "new-lines"],
)
def test_awkward_texts_arrive(place: Place, changed: str) -> None:
    desk = place.desk()
    assert handed_over(desk, order(desk, changed=changed)) == ()


@pytest.mark.parametrize("subject", ["=?UTF-8?Q?x?= and =? more", "a\r\nBcc: x@evil.example"])
def test_awkward_subjects_stay_one_line(place: Place, subject: str) -> None:
    desk = place.desk()
    ticket = example.ticket(reference=new_reference())
    words = ticket.headline.model_copy(update={"ru": subject, "en": subject})
    ticket = ticket.model_copy(update={"headline": words})
    assert handed_over(desk, compose_desk_ticket(ticket, (), desk.mapping)) == ()


def test_an_unknown_field_is_found_out(place: Place) -> None:
    """A success everywhere but at Znuny, which refuses it whole; then it goes without fields."""
    desk = place.desk()
    sent = order(desk)
    wrong = replace(sent, fields={**sent.fields, place.real.unknown_field: "x"})
    try:
        losses = handed_over(desk, wrong)
    except Refused:
        assert handed_over(desk, sent.without_fields()) == ()
    else:
        assert [(loss.kind, loss.name) for loss in losses] == [("field", place.real.unknown_field)]


def test_a_bad_requester_is_found_out(place: Place) -> None:
    """
    A 201 without a requester at Request Tracker; Redmine has none at all.

    Znuny refuses it, as it does where a domain has no mail server: somebody else stands there.
    """
    desk = place.desk()
    sent = order(desk)
    sent = replace(sent, requester=replace(sent.requester, email="no address"))
    losses = handed_over(desk, sent)
    expected = [] if place.options["kind"] == "redmine" else ["requester"]
    assert [loss.kind for loss in losses] == expected


def test_a_customer_whom_the_desk_knows_is_no_loss(place: Place) -> None:
    """Znuny puts the customer's login in place of the address."""
    desk = place.desk()
    sent = order(desk)
    sent = replace(sent, requester=replace(sent.requester, email=znuny.CUSTOMER))
    assert handed_over(desk, sent) == ()


def test_a_repeat_is_found_and_a_queue_told_from_a_key(place: Place) -> None:
    desk = place.desk()
    sent = order(desk)
    assert desk.find(sent.reference) is None
    first = desk.create(sent)
    assert desk.find(sent.reference) == first.remote_id
    with pytest.raises(Refused):
        desk.create(replace(sent, queue="no such queue"))
    with pytest.raises(Unavailable) as trouble:
        place.desk(**{place.real.key: "1-2-wrong"}).create(sent)
    assert trouble.value.needs_operator
