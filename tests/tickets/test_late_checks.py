"""A check that ends after sending: it lands on the ticket, in every form, and at the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from diagnostics import Options
from intake.checks import CheckStorage, ViewStore
from intake.delivery import Courier, EmailDesk
from intake.journey import Checklist, Draft
from intake.outbox import Outbox
from intake.tickets import FORMATS, Ticket, TicketFilter, render
from intake.tickets.joining import join_draft
from tests.fakes.smtp import FakeSmtp
from tests.tickets import example
from tests.tickets.example import NOW, Kept, run


@pytest.fixture
def kept(database_url: str) -> Iterator[Kept]:
    kept = Kept(database_url)
    yield kept
    kept.engine.dispose()


@pytest.fixture
def running(kept: Kept) -> str:
    """A draft whose check has not ended; its id."""
    check = run(state="running", facts={}, report=None)
    return kept.draft(example.draft().model_copy(update={"checks": {"web": check}}))[1]


def storage(kept: Kept, calls: list[str] | None = None) -> CheckStorage:
    def updated() -> None:
        if calls is not None:
            calls.append("updated")

    views = ViewStore(kept.engine)
    return CheckStorage(kept.drafts, kept.tickets, views, Options(), updated=updated)


def read(kept: Kept, reference: str) -> Ticket:
    ticket = kept.tickets.get(reference)
    assert ticket is not None
    return ticket


def test_a_check_that_ends_before_sending_is_in_the_document(kept: Kept, running: str) -> None:
    storage(kept).save(running, run())
    sent = kept.send(running)
    assert [diagnosis.state for diagnosis in sent.diagnoses] == ["done"]
    assert read(kept, sent.reference) == sent


def test_a_check_that_ends_after_sending_is_read_in_its_place(kept: Kept, running: str) -> None:
    sent = kept.send(running)
    assert (sent.verdict, sent.diagnoses[0].state) == (None, "running")
    storage(kept).save(running, run())
    ticket = read(kept, sent.reference)
    (diagnosis,) = ticket.diagnoses
    assert (diagnosis.state, diagnosis.is_late) == ("done", True)
    assert diagnosis.report is not None
    assert ticket.verdict is not None
    assert ticket.verdict.code == "http.bad_gateway"
    assert [event.kind for event in ticket.events][-1] == "checked"


def test_the_document_stays_as_it_was_sent(kept: Kept, running: str) -> None:
    sent = kept.send(running)
    storage(kept).save(running, run())
    with kept.engine.connect() as connection:
        (document,) = connection.exec_driver_sql("SELECT document FROM tickets").one()
    assert Ticket.model_validate_json(document) == sent


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_form_shows_the_late_result(
    kept: Kept, running: str, form: str, language: str
) -> None:
    sent = kept.send(running)
    storage(kept).save(running, run())
    shown = render(read(kept, sent.reference), form, language)  # type: ignore[arg-type]
    if form == "json":
        assert json.loads(shown)["diagnoses"][0]["is_late"] is True
        return
    assert ("ended after the ticket was sent" if language == "en" else "после отправки") in shown
    assert "502" in shown.partition(sent.reference)[0]  # the cause comes first


def test_the_list_shows_and_finds_the_late_cause(kept: Kept, running: str) -> None:
    kept.send(running)
    assert kept.tickets.list(ticket_filter=TicketFilter(query="bad_gateway")) == []
    storage(kept).save(running, run())
    (row,) = kept.tickets.list(ticket_filter=TicketFilter(query="bad_gateway"))
    assert row.cause_code == "http.bad_gateway"


def test_a_result_is_kept_once(kept: Kept, running: str) -> None:
    """Several readers share a run, and a retry may store what was stored."""
    calls: list[str] = []
    sent = kept.send(running)
    for _ in range(3):
        storage(kept, calls).save(running, run())
    assert calls == ["updated"]
    assert len(read(kept, sent.reference).diagnoses) == 1


def test_what_the_ticket_has_already_is_not_late(kept: Kept) -> None:
    """A second tab's run of a check whose result was sent."""
    draft_id = kept.draft()[1]
    sent = kept.send(draft_id)
    storage(kept).save(draft_id, run())
    assert read(kept, sent.reference) == sent


def test_a_failure_of_ours_is_said_too(kept: Kept, running: str) -> None:
    sent = kept.send(running)
    storage(kept).save(running, run(state="failed", facts={}, report=None, why_failed="no route"))
    ticket = read(kept, sent.reference)
    assert ticket.verdict is None
    assert "could not be made on our side: no route" in render(ticket, "text", "en")


def test_a_draft_that_is_gone_gets_nothing(kept: Kept) -> None:
    calls: list[str] = []
    storage(kept, calls).save("nobody", run())
    assert calls == []


def courier(kept: Kept, smtp: FakeSmtp) -> Courier:
    desk = EmailDesk(smtp.url, to="desk@hoster.example", sender="intake@hoster.example")
    return Courier(kept.engine, [desk], pick=lambda _low, _high: 0.0)


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    smtp = FakeSmtp()
    smtp.up()
    yield smtp
    smtp.down()


def test_a_letter_that_has_not_left_takes_the_result_along(
    kept: Kept, running: str, smtp: FakeSmtp
) -> None:
    sent = kept.send(running)
    storage(kept).save(running, run())
    list(courier(kept, smtp).run())
    (mail,) = smtp.mails()
    body = mail.get_body(("plain",))
    assert body is not None
    assert "ended after the ticket was sent" in body.get_content() or "после отправки" in (
        body.get_content()
    )
    assert len(kept.outbox_rows(sent.reference)) == 1


def test_a_desk_that_has_the_letter_gets_a_second_one_that_answers_to_it(
    kept: Kept, running: str, smtp: FakeSmtp
) -> None:
    kept.send(running)
    list(courier(kept, smtp).run())
    calls: list[str] = []
    storage(kept, calls).save(running, run())
    assert calls == ["updated"]
    list(courier(kept, smtp).run())
    first, second = smtp.mails()
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]
    assert second["Message-ID"] != first["Message-ID"]
    assert second["Subject"] == first["Subject"]
    body = second.get_body(("plain",))
    assert body is not None
    assert "502" in body.get_content().splitlines()[0]
    assert Outbox(kept.engine).counts() == {"delivered": 2}


def test_a_letter_on_its_way_is_followed_by_an_update_when_it_has_arrived(
    kept: Kept, running: str
) -> None:
    """Nobody knows whether it was written before the result came."""
    kept.send(running)
    outbox = Outbox(kept.engine)
    ticket = outbox.lease(NOW, ["email"])
    assert ticket is not None
    storage(kept).save(running, run())
    assert outbox.lease(NOW, ["email"]) is None
    outbox.mark_delivered(ticket, NOW, "there")
    update = outbox.lease(example.NOW.replace(year=2100), ["email"])
    assert update is not None
    assert update.about == "check.web"


def test_two_late_checks_go_in_one_update(kept: Kept) -> None:
    checks = {
        step: run(step=step, state="running", facts={}, report=None) for step in ("web", "mail")
    }
    draft: Draft = example.draft().model_copy(update={"checks": checks})
    draft_id = kept.draft(draft)[1]
    sent = kept.send(draft_id)
    outbox = Outbox(kept.engine)
    delivery = outbox.lease(NOW, ["email"])
    assert delivery is not None
    outbox.mark_delivered(delivery, NOW, "there")
    for step in checks:
        storage(kept).save(draft_id, run(step=step))
    assert [row.about for row in kept.outbox_rows(sent.reference)] == ["", "check.web"]
    assert all(diagnosis.is_late for diagnosis in read(kept, sent.reference).diagnoses)


def test_who_mends_it_on_the_product_holds_for_a_late_check_too(kept: Kept, running: str) -> None:
    """The ticket keeps its product's rules: the checklist may be another one by then."""
    title = {"en": "Shared hosting", "ru": "Виртуальный хостинг"}
    products = {"shared-hosting": {"title": title, "fixed-by": {"tls.*": "hosting"}}}
    desk = {"products": products, "product": "shared-hosting"}
    checklist = Checklist.from_json(json.dumps({**example.RAW, "desk": desk}))
    draft = example.draft().model_copy(update={"checks": {}})
    sent = kept.tickets.send(
        running, lambda reference, _: example.ticket_on(checklist, draft, reference=reference), ()
    )
    storage(kept).save(running, run())
    findings = read(kept, sent.reference).diagnoses[-1].findings
    assert {finding.code: finding.fixer for finding in findings} == {
        "http.bad_gateway": "hosting",  # as it was measured
        "tls.expiring_soon": "hosting",  # else the customer
    }


def test_a_check_of_a_draft_that_joined_lands_on_the_ticket_it_joined(
    kept: Kept, running: str
) -> None:
    """Beside the ticket's own check of the same name, and once."""
    first, calls = kept.send(kept.draft()[1]), list[str]()
    join_draft(kept.engine, running, first.reference, lambda: "it fails again", NOW)
    for _ in range(2):
        storage(kept, calls).save(running, run())
    assert calls == ["updated"]
    own, later = read(kept, first.reference).diagnoses
    assert (own.step, own.is_late) == ("web", False)
    assert (later.state, later.target, later.is_late) == ("done", own.target, True)
