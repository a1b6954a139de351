"""From a draft to its ticket: everything known is in, everything unknown is said to be so."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from intake.authoring.loader import load_checklist, load_folder
from intake.journey import Checklist, Draft, Environment, Source
from intake.journey.checklist_paths import shipped_folder
from intake.journey.draft import OWN_CONTACT
from intake.tickets import FORMATS, Ticket, compose_ticket, render
from intake.tickets.ticket import SentAs
from tests.tickets import example
from tests.tickets.example import NOW, answer, run

_EARLIER = timedelta(minutes=3)


def empty(**changes: Any) -> Draft:
    return Draft.model_validate({"language": "en", **changes})


def test_a_ticket_has_every_field_of_the_design() -> None:
    document = json.loads(example.ticket(attachments=example.FILES).model_dump_json())
    assert {
        "reference", "created_at", "language", "checklist", "subject", "priority", "queue",
        "contact", "verdict", "items", "completeness", "diagnoses", "environment", "attachments",
        "related", "events",
    } <= document.keys()  # fmt: skip
    assert document["contact"] == {
        "name": "Анна Ким",
        "email": "anna@shop.example",
        "phone": None,
        "other": None,
        "account": None,
    }
    assert document["verdict"]["code"] == "http.bad_gateway"
    assert document["verdict"]["title"]["ru"] == "Сайт отвечает 502"
    assert document["verdict"]["fixer"] == "hosting"
    assert document["completeness"] == {
        "asked": 8,
        "answered": 7,
        "unknown": ["browser"],
        "missing": [],
    }
    item = document["items"][0]
    assert (item["id"], item["answer"], item["source"]) == ("site", "shop.example", "customer")
    assert item["display"] == {"en": "shop.example", "ru": "shop.example"}
    report = document["diagnoses"][0]["report"]
    assert [one["code"] for one in report["findings"]] == ["http.bad_gateway", "tls.expiring_soon"]
    assert len(report["observations"]) == 5
    assert Ticket.model_validate(document).reference == "H4X-7PM-2KP"


def test_the_same_draft_gives_the_same_ticket() -> None:
    assert example.ticket() == example.ticket()


def test_a_contradiction_keeps_both_words() -> None:
    (item,) = example.ticket().contradictions
    assert (item.id, item.answer, item.measured) == ("error", "timeout", "error-502")
    assert item.measured_display is not None
    assert item.measured_display.en == "502 Bad Gateway"


def test_advice_keeps_what_came_of_it() -> None:
    """Also the advice that a later measurement or answer has hidden again."""
    (advice,) = example.ticket().advice
    assert (advice.id, advice.result, advice.at) == ("restart-php", "not-helped", NOW - _EARLIER)
    assert [move.ru for move in advice.moves] == [
        "Перезапустите PHP в панели.",
        "Откройте сайт снова.",
    ]
    hidden = example.draft().model_copy(update={"checks": {}})
    assert [advice.id for advice in example.ticket(hidden).advice] == ["restart-php"]


def test_advice_on_the_screen_is_open_when_a_person_is_asked_for() -> None:
    draft = empty(answers={"site": answer("shop.example")}, checks={"web": run()})
    (advice,) = example.ticket(draft, sent_as="person-wanted").advice
    assert (advice.id, advice.result, advice.at) == ("restart-php", "open", None)
    untold = empty(answers={"site": answer("shop.example")})
    assert example.ticket(untold, sent_as="person-wanted").advice == ()


def test_a_person_wanted_at_once_gets_a_ticket() -> None:
    """Nobody is ever locked out: no answer, no check, and yet a ticket that says so."""
    ticket = example.ticket(empty(), sent_as="person-wanted")
    assert ticket.sent_as == "person-wanted"
    assert ticket.verdict is None
    assert ticket.completeness.answered == 0
    assert "site" in ticket.completeness.missing
    assert ticket.contact.email is None
    assert ticket.headline.ru


@pytest.mark.parametrize(
    "change",
    [
        {"state": "running", "report": None, "facts": {}},
        {"state": "failed", "report": None, "facts": {}, "why_failed": "no socket"},
        {"report": {"nonsense": True}},
        {"report": {}},
        {"report": {**example.REPORT, "verdict": "fine"}},
        {"report": {**example.REPORT, "findings": []}},
    ],
)
def test_a_broken_check_never_holds_up_a_ticket(change: dict[str, Any]) -> None:
    """R5: unknown is a result."""
    ticket = example.ticket(example.draft().model_copy(update={"checks": {"web": run(**change)}}))
    assert ticket.verdict is None
    assert len(ticket.diagnoses) == 1
    assert ticket.items


def test_a_check_of_another_target_is_evidence_and_no_verdict() -> None:
    ticket = example.ticket(example.draft(site="other.example"))
    assert ticket.verdict is None
    assert ticket.diagnoses[0].target == "shop.example"


def test_a_healthy_report_is_a_verdict_too() -> None:
    healthy = {
        **example.REPORT,
        "verdict": "healthy",
        "findings": [
            {
                "code": "ok.reachable",
                "severity": "info",
                "layer": "ok",
                "subject": "shop.example",
                "fixer": "network",
                "parameters": {"subject": "shop.example"},
            }
        ],
    }
    checks = {"web": run(report=healthy, facts={"cause": "ok.reachable"})}
    ticket = example.ticket(example.draft().model_copy(update={"checks": checks}))
    assert ticket.verdict is not None
    assert ticket.verdict.code == "ok.reachable"


def test_words_to_a_person_outside_the_steps_come_first() -> None:
    """Nothing typed is lost, whether or not the checklist has a question for it."""
    said = {"in-own-words": answer("Горит всё"), "email": answer("+7 900 000-00-00")}
    ticket = example.ticket(empty(answers=said), sent_as="person-wanted")
    assert ticket.items[0].question.ru == "Своими словами"
    assert ticket.items[0].answer == "Горит всё"
    assert ticket.contact.phone == "+7 900 000-00-00"
    assert ticket.completeness.answered == 2


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("sent_as", ["complete", "person-wanted"])
def test_every_shipped_checklist_makes_a_ticket_of_anything(language: str, sent_as: SentAs) -> None:
    """Before the first answer, and when nothing is known at all."""
    for checklist in load_folder(shipped_folder()).values():
        unknown = {ask.id: answer(None, Source.UNKNOWN) for ask in checklist.asks}
        for answers in ({}, unknown):
            ticket = compose_ticket(
                checklist,
                Draft.model_validate({"language": language, "answers": answers}),
                reference="H4X-7PM-2KP",
                now=NOW,
                sent_as=sent_as,
            )
            for form in FORMATS:
                text = render(ticket, form, language)
                assert ticket.reference in text
                assert form == "json" or "None" not in text


def test_the_answer_never_goes_to_the_mailbox_that_fails() -> None:
    """Both are e-mail questions; only the one with the role of a contact says where we answer."""
    said = {"mailbox": answer("info@shop.example"), "email": answer("anna@mail.example")}
    mail = load_checklist("mail-not-arriving")
    ticket = compose_ticket(mail, empty(answers=said), reference="R", now=NOW)
    assert ticket.contact.email == "anna@mail.example"
    del said["email"]
    ticket = compose_ticket(mail, empty(answers=said), reference="R", now=NOW)
    assert ticket.contact.email is None


def test_a_contact_counts_where_the_checklist_asks_for_none() -> None:
    """A person is asked for outside the steps, and then the checklist may have no such step."""
    steps = [step for step in example.RAW["steps"] if step.get("role") != "contact"]  # type: ignore[attr-defined]
    without = Checklist.from_json(json.dumps({**example.RAW, "steps": steps}))
    said = {OWN_CONTACT: answer("+7 900 000-00-00")}
    ticket = compose_ticket(without, empty(answers=said), reference="R", now=NOW)
    assert ticket.contact.phone == "+7 900 000-00-00"
    assert ticket.items[0].label.en == "How to reach the customer"


def test_blank_contacts_are_none() -> None:
    ticket = example.ticket(example.draft(name="  ", email=None))
    assert ticket.contact.name is None
    assert ticket.contact.email is None


def test_an_unknown_is_counted_as_such() -> None:
    draft = example.draft().model_copy(
        update={
            "answers": {"site": answer(None, Source.UNKNOWN)},
            "checks": {},
            "environment": Environment(),
        }
    )
    done = example.ticket(draft).completeness
    assert done.unknown == ("site",)
    assert done.answered == 0
    assert done.asked == len(done.missing) + 1


def test_events_begin_with_the_first_answer() -> None:
    assert [(one.kind, one.at <= NOW) for one in example.ticket().events] == [
        ("opened", True),
        ("sent", True),
    ]
