"""The start and the way to a person in plain HTML: the same drafts and tickets, no script."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake.bootstrap import Services
from intake.drafts import StoredDraft
from intake.journey.draft import OWN_WORDS
from intake.ui.visitor import SENT_COOKIE

SAID = "почта не ходит с 14:20, пароль: Xk29dk!sLq"


@pytest.fixture(autouse=True)
def used_services(product: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)


def draft_of(product: Services, address: str) -> StoredDraft:
    [token] = parse_qs(urlsplit(address).query)["case"]
    stored = product.drafts.find(token)
    assert stored is not None
    return stored


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_first_page_is_small_and_holds_the_whole_start(
    client: TestClient, language: str
) -> None:
    answer = client.get("/", headers={"Accept-Language": language})
    assert len(answer.content) <= 20_000
    page = answer.text
    first = page[page.index('id="first-screen"') : page.index('<div id="root">')]
    assert {"site-down", "something-else"} <= set(
        re.findall(r'name="checklist" value="(\S+)"', first)
    )
    assert 'name="words"' in first
    assert "/person?lang=" in first
    assert "<script" not in first
    # Whatever the browser must wait for before it shows something stands below it.
    assert 'rel="stylesheet"' not in page[: page.index('id="first-screen"')]


def test_in_the_middle_of_a_case_there_is_no_start(client: TestClient) -> None:
    page = client.get("/?case=abc%22%3E%3Cscript%3E").text
    assert "first-screen" not in page
    assert "<noscript>" in page
    assert "<script>" not in page
    assert "/person?case=abc%22%3E" in page


def test_a_choice_begins_its_draft_with_the_words(client: TestClient, product: Services) -> None:
    answer = client.post(
        "/begin",
        data={"checklist": "site-down", "words": SAID, "lang": "ru", "zone": "Asia/Omsk"},
        headers={
            "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        },
    )
    assert answer.status_code == 303
    stored = draft_of(product, answer.headers["location"])
    assert stored.checklist_id == "site-down"
    assert stored.draft.answers[OWN_WORDS].value == "почта не ходит с 14:20, пароль: ••••••"
    environment = stored.draft.environment
    assert (environment.browser, environment.timezone) == ("Firefox 140", "Asia/Omsk")
    assert answer.headers["location"].startswith("/?case=")


def test_words_alone_begin_what_they_are_about_and_nothing_begins_nothing(
    client: TestClient, product: Services
) -> None:
    answer = client.post("/begin", data={"words": SAID, "lang": "ru"})
    stored = draft_of(product, answer.headers["location"])
    assert stored.checklist_id == "mail-not-arriving"
    assert stored.draft.answers[OWN_WORDS].value == "почта не ходит с 14:20, пароль: ••••••"
    without_script = client.post("/begin", data={"words": SAID, "lang": "ru", "noscript": "1"})
    begun = draft_of(product, without_script.headers["location"])
    assert begun.checklist_id == "something-else"
    assert begun.draft.answers["what"].value == "почта не ходит с 14:20, пароль: ••••••"
    assert client.post("/begin", data={"lang": "ru"}).headers["location"] == "/?lang=ru"
    gone = client.post("/begin", data={"checklist": "no-such", "lang": "ru"})
    assert gone.headers["location"] == "/?lang=ru"


def test_without_a_script_the_whole_way_leads_to_a_ticket(
    client: TestClient, product: Services
) -> None:
    begun = client.post("/begin", data={"checklist": "site-down", "words": SAID, "noscript": "1"})
    address = begun.headers["location"]
    form = client.get(address)
    assert "почта не ходит" in form.text
    assert "JavaScript" in form.text  # why there are no questions
    [token] = parse_qs(urlsplit(address).query)["case"]
    typed = {"case": token, "contact": "anna@mail.example", "words": SAID, "lang": "ru"}
    sent = [client.post("/person", data=typed) for _ in range(2)]  # a double tap
    assert [answer.status_code for answer in sent] == [303, 303]
    page = client.get(sent[0].headers["location"]).text
    stored = draft_of(product, sent[0].headers["location"])
    assert stored.status == "sent"
    assert f"Отправлено: {stored.reference}" in page
    ticket = product.tickets.get(stored.reference or "")
    assert ticket is not None
    assert ticket.contact.email == "anna@mail.example"
    assert "Xk29dk" not in ticket.model_dump_json()


def test_what_was_typed_stays_in_a_form_that_lacks_something(client: TestClient) -> None:
    answer = client.post("/person", data={"words": "<b>502</b>", "lang": "en"})
    assert answer.status_code == 422
    assert "Support needs a way to reach you" in answer.text
    assert "&lt;b&gt;502&lt;/b&gt;" in answer.text


def test_opening_the_form_stores_nothing(client: TestClient, product: Services) -> None:
    before = product.drafts.count_open()
    for address in ("/person", "/person?case=", f"/person?case={'x' * 5000}", "/begin"):
        assert client.get(address).status_code in (200, 303)
    assert product.drafts.count_open() == before


def test_another_page_can_not_post(client: TestClient) -> None:
    for path in ("/begin", "/person"):
        answer = client.post(path, data={"words": "x"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "body",
    [
        b"words=" + b"x" * 200_000,
        b"&".join(b"a%d=1" % number for number in range(1000)),
        b"words=%FF%00%ED%A0%80&checklist=%00&lang=xx&zone=" + b"%F0" * 300,
        b"=&&&==;",
        b"\x00\xff" * 100,
    ],
)
@pytest.mark.parametrize("path", ["/begin", "/person"])
def test_a_hostile_form_ends_in_words(client: TestClient, path: str, body: bytes) -> None:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = client.post(path, content=body, headers=kind)
    assert answer.status_code in (303, 413, 422, 429)
    assert "Traceback" not in answer.text


def test_a_client_that_begins_without_end_is_told_to_wait(client: TestClient) -> None:
    statuses = [client.post("/begin", data={"words": "a 502"}).status_code for _ in range(31)]
    assert statuses[-1] == 429


def test_words_that_lead_nowhere_are_met_with_the_choices_and_kept(client: TestClient) -> None:
    answers = (("hi <b>", "Thanks for writing"), ("mail and certificate", "Which is closest"))
    for text, said in answers:
        answer = client.post("/begin", data={"words": text, "lang": "en"})
        assert answer.status_code == 200
        assert said in answer.text
        assert text.replace("<", "&lt;").replace(">", "&gt;") in answer.text
        assert 'value="site-down"' in answer.text


def test_our_own_files_are_kept_for_a_year_by_their_content(client: TestClient) -> None:
    page = client.get("/").text
    for name in ("intake.js", "intake.css"):
        [address] = re.findall(rf'"\.(/assets/{re.escape(name)}\?v=\w+)"', page)
        assert "immutable" in client.get(address).headers["cache-control"]
        assert client.get(f"/assets/{name}").headers["cache-control"] == "no-cache"
        assert client.get(f"/assets/{name}?v=old").headers["cache-control"] == "no-cache"


def sent_about(client: TestClient, words: str) -> str:
    """Send the form with these words; the address of what came of it."""
    typed = {"contact": "anna@mail.example", "words": words, "lang": "en"}
    answer = client.post("/person", data=typed)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def ask_again(client: TestClient, key: str, again: str = "", case: str = "") -> Any:
    """The same trouble from the browser that holds a ticket's link."""
    typed = {"contact": "anna@mail.example", "words": "shop.example still shows a 502"}
    client.cookies.set(SENT_COOKIE, key)
    data = typed | {"lang": "en", "again": again, "case": case}
    return client.post("/person", data=data)


@pytest.mark.parametrize("again", ["add", "other"])
def test_the_same_trouble_is_added_to_its_ticket_if_the_customer_wishes(
    client: TestClient, product: Services, again: str
) -> None:
    address = sent_about(client, "shop.example shows a 502 since 14:20")
    first = draft_of(product, address)
    [key] = parse_qs(urlsplit(address).query)["case"]
    asked = ask_again(client, key)
    assert asked.status_code == 200
    assert "You wrote about shop.example at" in asked.text
    assert str(first.reference) in asked.text
    case = re.search(r'name="case" value="([^"]+)"', asked.text)
    assert case
    assert product.drafts.find(case[1]).status == "open"
    sent = ask_again(client, key, again, case[1])
    later = draft_of(product, sent.headers["location"])
    assert later.status == "sent"
    assert (later.reference == first.reference) is (again == "add")
    page = client.get(sent.headers["location"]).text
    assert f"Sent: {later.reference}" in page
    ticket = product.tickets.get(first.reference or "")
    assert ticket is not None
    added = [entry for entry in ticket.conversation if entry.kind == "again"]
    assert len(added) == (again == "add")
    assert all("still shows a 502" in entry.text for entry in added)


def test_nobody_else_learns_of_a_ticket(client: TestClient) -> None:
    """The same words from another browser are a ticket of their own; so is another site's."""
    address = sent_about(client, "shop.example shows a 502 since 14:20")
    assert sent_about(client, "shop.example shows a 502 since 14:20") != address
    [key] = parse_qs(urlsplit(address).query)["case"]
    client.cookies.set(SENT_COOKIE, key)
    assert sent_about(client, "blog.example is down") != address


def test_a_phone_that_lacks_digits_is_asked_about_once(
    client: TestClient, product: Services
) -> None:
    """It may be right after all: sent once more as it is, it goes."""
    form = {"lang": "ru", "contact": "+7 999 123", "words": "502 с 14:20"}
    before = product.tickets.list(limit=1)
    asked = client.post("/person", data=form)
    assert asked.status_code == 422
    assert "не то число цифр" in asked.text
    other = client.post("/person", data={**form, "doubted": "+7 999 124"})
    assert other.status_code == 422
    assert product.tickets.list(limit=1) == before
    doubted = re.search(r'name="doubted" value="([^"]*)"', asked.text)
    assert doubted is not None
    client.post("/person", data={**form, "doubted": doubted[1]}, follow_redirects=True)
    assert product.tickets.list(limit=1) != before


@pytest.mark.parametrize("mails_copies", [True, False])
def test_the_last_page_says_where_a_copy_goes(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, *, mails_copies: bool
) -> None:
    monkeypatch.setattr(Services, "sends_receipts", mails_copies)
    form = {"lang": "ru", "contact": "anna@shop.example", "words": "502 с 14:20"}
    sent = client.post("/person", data=form, follow_redirects=True).text
    assert "Отправлено" in sent
    assert ("Копия придёт на почту anna@shop.example." in sent) is mails_copies


def test_a_messengers_link_fills_the_contact_and_names_itself(
    client: TestClient, product: Services
) -> None:
    """Proposed, in its field; nothing is stored before it is sent."""
    page = client.get("/person?via=WhatsApp&contact=%2B79000000000").text
    assert 'value="+79000000000"' in page
    assert 'name="via" value="WhatsApp"' in page
    form = {"lang": "en", "contact": "+79000000000", "words": "502 since 14:20", "via": "WhatsApp"}
    sent = client.post("/person", data=form, follow_redirects=True)
    assert sent.status_code == 200
    reference = product.tickets.list(limit=1)[0].reference
    ticket = product.tickets.get(reference)
    assert ticket is not None
    assert (ticket.environment.channel, ticket.contact.phone) == ("WhatsApp", "+79000000000")
    hostile = client.get("/person?via=%3Cscript%3E&contact=%22%3E%3Cscript%3Ealert(1)").text
    assert 'name="via"' not in hostile
    assert "<script>alert" not in hostile
    assert 'name="via" value="WhatsApp"' in client.get("/?via=WhatsApp").text
