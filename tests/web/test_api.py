"""The API as a panel, a bot or an agent uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from sqlalchemy import func, select, update
from starlette.testclient import TestClient

from intake import bootstrap
from intake import database as db
from intake.accounts.api_tokens import ApiScope
from intake.bootstrap import Services
from intake.web.api import submission
from intake.web.api.openapi import openapi
from intake.web.api.problems import KINDS, MEDIA_TYPE
from intake.wizard.case import Case

ROOT = Path(__file__).parents[2]
_KEYS = count(1)
# Every question of the general checklist that a customer would be asked.
WHOLE = {
    "what": "Mail to anna@shop.example has been refused with 550 since 14:20.",
    "since": "14:20",
    "email": "anna@mail.example",
}


@pytest.fixture(autouse=True)
def used_services(product: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)


@pytest.fixture
def token(product: Services) -> Iterator[str]:
    yield product.api_tokens.add("panel", list(ApiScope), per_minute=1000)
    product.api_tokens.revoke("panel")


def ask(
    client: TestClient, token: str, body: Any, *, key: str = "", path: str = "/api/v1/tickets"
) -> Any:
    headers = {
        "Authorization": f"Bearer {token}",
        "Idempotency-Key": key or f"key-{next(_KEYS)}",
        "Content-Type": "application/json",
    }
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(path, content=content, headers=headers)


def read(client: TestClient, token: str, reference: str) -> Any:
    return client.get(f"/api/v1/tickets/{reference}", headers={"Authorization": f"Bearer {token}"})


def general(**answers: Any) -> dict[str, Any]:
    return {"checklist": "something-else", "answers": answers, "language": "en"}


def test_a_missing_answer_is_told_as_the_question_in_both_languages(
    client: TestClient, token: str
) -> None:
    answer = ask(client, token, general())
    assert answer.status_code == 422
    assert answer.headers["content-type"] == MEDIA_TYPE
    problem = answer.json()
    assert problem["type"] == "urn:intake:problem:incomplete"
    assert problem["missing"]
    for question in problem["missing"]:
        assert question["question"]["en"] != question["question"]["ru"]
    assert {"what", "email"} <= {question["id"] for question in problem["missing"]}
    wizard = problem["continue"].partition("http://localhost:8501")[2]
    assert client.get(wizard).status_code == 200


@pytest.fixture
def whole(client: TestClient, token: str) -> dict[str, Any]:
    """A body that has what a ticket needs; what else is asked of a customer isn't known."""
    incomplete_report = ask(client, token, general(**WHOLE)).json()
    unknown = {question["id"]: None for question in incomplete_report.get("missing", ())}
    return general(**WHOLE, **unknown)


def test_a_whole_ticket_is_sent_and_read_by_its_program_alone(
    client: TestClient, token: str, product: Services, whole: dict[str, Any]
) -> None:
    answer = ask(client, token, whole)
    assert answer.status_code == 201, answer.text
    sent = answer.json()
    assert answer.headers["location"] == f"/api/v1/tickets/{sent['reference']}"
    assert sent["sent_as"] == "complete"
    ticket = product.tickets.get(sent["reference"])
    assert ticket is not None
    assert ticket.contact.email == WHOLE["email"]
    assert ticket.completeness.missing == ()
    assert read(client, token, sent["reference"]).json()["reference"] == sent["reference"]
    customers = client.get(sent["url"].partition("http://localhost:8501")[2])
    assert sent["reference"] in customers.text
    other = product.api_tokens.add("other", [ApiScope.READ])
    for reference in (sent["reference"], "H4X-7PM-2KP", "x"):
        assert read(client, other, reference).status_code == 404
    every = product.api_tokens.add("every", [ApiScope.READ_ALL])
    assert read(client, every, sent["reference"]).status_code == 200


def test_the_same_key_and_body_are_one_ticket(
    client: TestClient, token: str, product: Services, whole: dict[str, Any]
) -> None:
    first = ask(client, token, whole, key="one")
    before = len(product.tickets.list(limit=1000))
    again = ask(client, token, whole, key="one")
    assert (again.status_code, again.json()) == (201, first.json())
    assert len(product.tickets.list(limit=1000)) == before
    changed = ask(client, token, whole | {"language": "ru"}, key="one")
    assert changed.status_code == 422
    assert changed.json()["type"] == "urn:intake:problem:key-reused"
    # Another program's keys are its own.
    other = product.api_tokens.add("other", [ApiScope.SEND])
    assert ask(client, other, whole, key="one").json()["reference"] != first.json()["reference"]


def test_a_key_is_free_again_after_a_refusal(
    client: TestClient, token: str, whole: dict[str, Any]
) -> None:
    assert ask(client, token, general(), key="mended").status_code == 422
    assert ask(client, token, whole, key="mended").status_code == 201


def test_the_link_that_a_program_gets_opens_no_earlier_ticket_of_the_address_it_names(
    client: TestClient, token: str, product: Services, whole: dict[str, Any]
) -> None:
    """It was a mail's link, which proves to read the mailbox: a bot's customer types any."""
    victims = client.post(
        "/person", data={"contact": "olga@api.example", "words": "api.example is down"}
    )
    victim = product.tickets.find_by_token(
        victims.headers["location"].partition("case=")[2].partition("&")[0]
    )
    assert victim is not None
    answers = whole["answers"] | {"email": "olga@api.example", "what": "api.example shows 502."}
    sent = ask(client, token, whole | {"answers": answers}).json()
    own = product.tickets.get(sent["reference"])
    assert own is not None
    assert [related.reference for related in own.related] == [victim.reference]
    link = sent["url"].partition("http://localhost:8501")[2]
    page = client.get(f"{link}?lang=en").text
    assert sent["reference"] in page
    assert "You wrote about this before" not in page
    joined = client.post(f"{link}/join?lang=en")
    assert victim.reference not in client.get(joined.headers["location"]).text


def test_a_request_whose_process_died_after_sending_finds_its_ticket(
    client: TestClient, token: str, product: Services, whole: dict[str, Any]
) -> None:
    sent = ask(client, token, whole, key="died").json()
    with db.writing(product.engine) as connection:  # as it is just before the answer is kept
        row = db.api_requests.c
        of_it = update(db.api_requests).where(row.token == "panel", row.key == "died")
        connection.execute(of_it.values(answer=""))
    running = ask(client, token, whole, key="died")
    assert running.status_code == 409
    assert running.json()["type"] == "urn:intake:problem:in-progress"
    with db.writing(product.engine) as connection:
        connection.execute(of_it.values(at=db.stamp(db.utc_now() - timedelta(minutes=3))))
    again = ask(client, token, whole, key="died").json()
    assert (again["reference"], again["url"]) == (sent["reference"], sent["url"])


def test_what_there_is_goes_to_a_person_where_that_is_asked_for(
    client: TestClient, token: str
) -> None:
    sent = ask(client, token, general(what=WHOLE["what"]) | {"incomplete": True})
    assert sent.status_code == 201, sent.text
    assert sent.json()["sent_as"] == "person-wanted"
    assert "email" in sent.json()["missing"]


def test_an_answer_without_substance_is_refused_with_a_hint_and_taken_if_insisted(
    client: TestClient, token: str, whole: dict[str, Any]
) -> None:
    vague = whole | {"answers": whole["answers"] | {"what": "help"}}
    refused = ask(client, token, vague).json()["refused"]
    assert [row["id"] for row in refused] == ["what"]
    assert refused[0]["can_insist"]
    assert refused[0]["hint"]["en"] != refused[0]["hint"]["ru"]
    assert ask(client, token, vague | {"insist": True}).status_code == 201


def test_names_that_the_checklist_lacks_are_told(
    client: TestClient, token: str, whole: dict[str, Any]
) -> None:
    mistyped = whole | {"answers": whole["answers"] | {"e-mail": "x@y.example"}}
    assert ask(client, token, mistyped).json()["unknown"] == ["e-mail"]
    unknown = ask(client, token, {"checklist": "no-such"}).json()
    assert "something-else" in unknown["checklists"]


def test_an_unknown_name_keeps_nothing_from_being_measured(
    client: TestClient, token: str, whole: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []

    def measure(case: Case, client: str) -> Case:
        measured.append(client)
        return case

    monkeypatch.setattr(submission, "measure", measure)
    mistyped = whole | {"answers": whole["answers"] | {"e-mail": "x@y.example"}}
    assert ask(client, token, mistyped).status_code == 422
    assert measured == ["api panel"]


def test_a_refused_try_of_a_program_is_no_customer_in_the_figures(
    client: TestClient, token: str, product: Services
) -> None:
    def begun() -> int:
        with db.reading(product.engine) as connection:
            return connection.execute(select(func.count()).select_from(db.walks)).scalar_one()

    before = begun()
    assert ask(client, token, general()).status_code == 422
    assert begun() == before


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{",
        b"\xff",
        b'{"checklist": 1}',
        b'{"checklist": "../x"}',
        b'{"checklist": "something-else", "more": 1}',
        b'{"checklist": "something-else", "answers": {"what": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
        b'{"checklist": "something-else", "answers": []}',
    ],
)
def test_a_body_that_makes_no_sense_is_a_problem_in_words(
    client: TestClient, token: str, body: bytes
) -> None:
    answer = ask(client, token, body)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["errors"]


@pytest.mark.parametrize("value", [1e400, {"a": 1}, ["x"] * 50, "x" * 50_000, True, "\u0000"])
def test_hostile_answers_are_refused_or_taken_as_text(
    client: TestClient, token: str, whole: dict[str, Any], value: Any
) -> None:
    for name in ("what", "email", "since", "target"):
        body = whole | {"answers": whole["answers"] | {name: value}}
        assert ask(client, token, body).status_code in {201, 400, 422}


def test_a_ticket_without_a_key_is_refused(client: TestClient, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = client.post("/api/v1/tickets", json=general(), headers=headers)
    assert answer.json()["type"] == "urn:intake:problem:key-missing"


def test_secrets_in_answers_are_masked(
    client: TestClient, token: str, product: Services, whole: dict[str, Any]
) -> None:
    said = f"{WHOLE['what']} My password: hunter2secret9"
    body = whole | {"answers": whole["answers"] | {"what": said}}
    ticket = product.tickets.get(ask(client, token, body).json()["reference"])
    assert "hunter2secret9" not in str(ticket)


def test_a_token_has_its_scopes_and_its_limit(client: TestClient, product: Services) -> None:
    few = product.api_tokens.add("few", [ApiScope.READ], per_minute=3)
    refused = ask(client, few, general())
    assert refused.status_code == 403
    assert refused.json()["detail"] == ApiScope.SEND
    statuses = [read(client, few, "x").status_code for _ in range(4)]
    assert statuses == [404, 404, 404, 429]
    assert product.api_tokens.revoke("few")
    revoked = read(client, few, "x")
    assert revoked.status_code == 401
    assert revoked.json()["title"] == "This token is unknown, or was revoked"
    assert revoked.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    without = client.get("/api/v1/tickets/x")
    assert without.json()["title"] == "A token is needed"


def test_guessing_tokens_is_slowed(client: TestClient) -> None:
    answers = [read(client, f"guess-{n}", "x") for n in range(22)]
    assert answers[0].status_code == 401
    assert answers[-1].status_code == 429
    assert all(answer.headers["content-type"] == MEDIA_TYPE for answer in answers)


def test_a_target_that_may_not_be_measured_is_told_in_both_languages(
    client: TestClient, token: str
) -> None:
    body = {"target": "http://127.0.0.1/"}
    answer = ask(client, token, body, path="/api/v1/diagnoses")
    assert answer.status_code == 422
    assert answer.json()["hint"]["en"] != answer.json()["hint"]["ru"]


def test_a_diagnosis_is_the_report_of_the_command(client: TestClient, token: str) -> None:
    body = {"target": "nothing.example", "language": "ru"}
    answer = ask(client, token, body, path="/api/v1/diagnoses")
    assert answer.status_code in {200, 422}
    if answer.status_code == 200:
        assert answer.json()["target"]["host"] == "nothing.example"


def test_the_description_is_valid_and_served(client: TestClient) -> None:
    validate(openapi())
    served = client.get("/api/v1/openapi.json").json()
    assert served == openapi("http://localhost:8501"), "clients are made of where it stands"
    kept = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert kept == openapi()
    assert "incomplete" in KINDS


def test_an_address_that_the_api_lacks_is_a_problem_and_no_page(client: TestClient) -> None:
    """Streamlit's page and 200 would be taken for success."""
    answer = client.get("/api/v1/reports")
    assert (answer.status_code, answer.headers["content-type"]) == (404, MEDIA_TYPE)
    assert answer.json()["type"] == "urn:intake:problem:no-such-address"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [("GET", "/api/v1/tickets", "POST"), ("DELETE", "/api/v1/tickets/H4X-7PM-2KP", "GET, HEAD")],
)
def test_another_method_is_named(client: TestClient, method: str, path: str, allowed: str) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (405, MEDIA_TYPE)
    assert answer.headers["allow"] == allowed
