"""A customer's link shows what became of a ticket and takes what is added, by POST alone."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from intake import bootstrap
from intake.bootstrap import Services
from intake.tickets import Ticket
from intake.tickets.conversation import NewEntry
from intake.web.limits.gate import MAX_ADDITION_BYTES


@pytest.fixture(autouse=True)
def used_services(product: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "_services", product)


@pytest.fixture
def token(client: TestClient) -> str:
    answer = client.post("/person", data={"contact": "anna@mail.example", "words": "502"})
    return answer.headers["location"].partition("case=")[2].partition("&")[0]


def ticket_of(product: Services, token: str) -> Ticket:
    ticket = product.tickets.find_by_token(token)
    assert ticket is not None
    return ticket


def test_a_line_and_a_file_are_added_and_read_back(
    client: TestClient, product: Services, token: str
) -> None:
    files = [("files", ("log.txt", b"502 at 14:20", "text/html"))]
    added = client.post(f"/t/{token}/add?lang=en", data={"words": "<b>Still</b>"}, files=files)
    assert added.status_code == 303
    page = client.get(added.headers["location"]).text
    assert "&lt;b&gt;Still&lt;/b&gt;" in page
    assert "Added to the ticket." in page
    (entry,) = ticket_of(product, token).conversation
    file = client.get(f"/t/{token}/files/{entry.files[0].id}")
    assert file.content == b"502 at 14:20"
    assert file.headers["content-security-policy"].startswith("default-src 'none'")


@pytest.mark.parametrize(("zone", "names_utc"), [("", True), ("Europe/Moscow", False)])
def test_whose_clock_it_is_is_told_where_the_customers_is_not_known(
    client: TestClient, product: Services, *, zone: str, names_utc: bool
) -> None:
    form = {"contact": "anna@mail.example", "words": "502", "zone": zone}
    sent = client.post("/person", data=form)
    token = sent.headers["location"].partition("case=")[2].partition("&")[0]
    client.post(f"/t/{token}/add?lang=en", data={"words": "Still down"})
    (entry,) = ticket_of(product, token).conversation
    local = entry.at.astimezone(ZoneInfo(zone or "UTC"))
    line = f"{local:%H:%M}{' UTC' if names_utc else ''} · you"
    assert line in client.get(f"/t/{token}?lang=en").text


def test_works_again_solves_it_and_then_asks_how_it_was_once(
    client: TestClient, product: Services, token: str
) -> None:
    address = f"/t/{token}?lang=en"
    assert "How did we do?" not in client.get(address).text
    assert client.post(f"/t/{token}/tap", data={"tap": "works-again"}).status_code == 303
    page = client.get(address).text
    assert "State: solved" in page
    assert "How did we do?" in page
    assert 'value="works-again"' not in page
    for rating in ("fair", "bad", "<script>"):
        assert client.post(f"/t/{token}/tap", data={"tap": rating}).status_code == 303
    assert "How did we do?" not in client.get(address).text
    ratings = [entry.details for entry in ticket_of(product, token).conversation if entry.details]
    assert ratings == [{"rating": "fair"}]


def test_the_button_for_files_is_ours(client: TestClient, token: str) -> None:
    """The browser's own says "Choose File" on a Russian page, so the label stands in its place."""
    page = client.get(f"/t/{token}?lang=ru").text
    assert '<label for="talk-files">Приложить файлы</label>' in page
    field = re.search(r'<input id="talk-files"[^>]*>', page)
    # What the style sheet tells chosen files by must not keep a line without a file from going.
    assert field is not None
    assert {"required", 'aria-required="false"'} <= {*field[0].rstrip(">").split()}
    assert "novalidate" in page
    style = client.get("/assets/pages.css").text
    assert ".file input:invalid" in style
    assert "::file-selector-button { display: none; }" in style
    assert "Очередь" not in page


def test_opening_the_link_changes_nothing(
    client: TestClient, product: Services, token: str
) -> None:
    """Scanners of mails open each link, and some try what else is there."""
    before = ticket_of(product, token)
    signed = product.links.token(before.reference)
    for key in (token, signed):
        assert client.get(f"/t/{key}").status_code == 200
        assert client.head(f"/t/{key}").status_code in (200, 405)
        for path in ("add", "tap"):
            answer = client.get(f"/t/{key}/{path}?words=x&tap=works-again")
            assert answer.headers["location"] == f"/t/{key}"
    assert ticket_of(product, token) == before


def test_the_link_of_a_mail_adds_too(client: TestClient, product: Services, token: str) -> None:
    signed = product.links.token(ticket_of(product, token).reference)
    client.post(f"/t/{signed}/add", data={"words": "by mail"})
    assert [entry.text for entry in ticket_of(product, token).conversation] == ["by mail"]


@pytest.mark.parametrize("path", ["add", "tap"])
def test_strangers_and_foreign_pages_add_nothing(
    client: TestClient, product: Services, token: str, path: str
) -> None:
    reference = ticket_of(product, token).reference
    for key in (reference, f"{reference}~forged", "nobody"):
        assert client.post(f"/t/{key}/{path}", data={"words": "x"}).status_code == 404
    foreign = {"Origin": "https://evil.example"}
    answer = client.post(f"/t/{token}/{path}", data={"words": "x"}, headers=foreign)
    assert answer.status_code == 403
    assert ticket_of(product, token).conversation == ()


def test_what_is_not_taken_stays_in_the_field(client: TestClient, token: str) -> None:
    answer = client.post(f"/t/{token}/add?lang=en", data={"words": " "})
    assert answer.status_code == 422
    assert "Write a line or choose a file first." in answer.text
    broken = [("files", ("shot.png", b"\x89PNG\r\n\x1a\n broken", "image/png"))]
    answer = client.post(f"/t/{token}/add?lang=en", data={"words": "my words"}, files=broken)
    assert answer.status_code == 422
    assert "my words</textarea>" in answer.text
    assert "shot.png" in answer.text


def test_secrets_are_masked_and_that_is_said(
    client: TestClient, product: Services, token: str
) -> None:
    said = {"words": "пароль: Xk29dk!sLq"}
    added = client.post(f"/t/{token}/add?lang=ru", data=said)
    assert "скрыто" in client.get(added.headers["location"]).text
    assert "Xk29dk" not in ticket_of(product, token).model_dump_json()


def test_a_body_without_end_is_refused(client: TestClient, product: Services, token: str) -> None:
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\n'
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    whole = head + b"0" * MAX_ADDITION_BYTES
    assert client.post(f"/t/{token}/add", content=whole, headers=kind).status_code == 413
    chunks = (part for part in (head, *[b"0" * 1_000_000] * 12))
    assert client.post(f"/t/{token}/add", content=chunks, headers=kind).status_code == 413
    assert ticket_of(product, token).conversation == ()


@pytest.mark.parametrize(
    "body", [b"", b"--x", b"--x\r\n\r\n", b"--y--", b"--x\r\nContent-Disposition: x\r\n\r\n"]
)
def test_a_hostile_form_ends_in_words(client: TestClient, token: str, body: bytes) -> None:
    for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "text/plain"):
        headers = {"Content-Type": kind}
        answer = client.post(f"/t/{token}/add", content=body, headers=headers)
        assert answer.status_code in (413, 422)
        assert "Traceback" not in answer.text
        tapped = client.post(f"/t/{token}/tap", content=body, headers=headers)
        assert tapped.status_code in (303, 400)


def test_what_staff_say_is_shown_with_their_name_and_their_notes_are_not(
    client: TestClient, product: Services, token: str
) -> None:
    reference = ticket_of(product, token).reference
    reply = NewEntry(author="staff", author_name="Olga Kim", kind="question", text="Which PHP?")
    note = NewEntry(
        author="system", kind="related", details={"reference": "H4X-7PM-2KP"}, is_internal=True
    )
    for entry in (reply, note):
        product.conversations.add(reference, entry)
    page = client.get(f"/t/{token}?lang=en").text
    assert "Olga Kim, support" in page
    assert "waiting for your answer" in page
    for form in ("", ".txt", ".md", ".json"):
        assert "H4X-7PM-2KP" not in client.get(f"/t/{token}{form}").text


def test_a_browser_knows_the_tickets_whose_links_it_opened(
    client: TestClient, product: Services, token: str
) -> None:
    signed = product.links.token(ticket_of(product, token).reference)
    for key in (token, signed, token):
        client.get(f"/t/{key}")
    assert client.cookies["intake_sent"] == f"{token}.{signed}"
    client.get("/t/nobody")
    assert client.cookies["intake_sent"] == f"{token}.{signed}"


def test_who_reads_the_mailbox_makes_one_ticket_of_two(
    client: TestClient, product: Services
) -> None:
    def send(words: str) -> str:
        form = {"contact": "olga@two.example", "words": words}
        answer = client.post("/person", data=form)
        return answer.headers["location"].partition("case=")[2].partition("&")[0]

    first = ticket_of(product, send("two.example is down"))
    token = send("still two.example")
    second = ticket_of(product, token)
    signed = product.links.token(second.reference)
    # Whoever wrote may have typed anybody's address: their link knows of no other ticket.
    assert "You wrote about this before" not in client.get(f"/t/{token}?lang=en").text
    client.post(f"/t/{token}/join")
    assert ticket_of(product, token).state == "open"
    assert "two.example is down" in client.get(f"/t/{signed}?lang=en").text
    joined = client.post(f"/t/{signed}/join?lang=en")
    page = client.get(joined.headers["location"]).text
    assert first.reference in page
    assert "still two.example" in page
    assert ticket_of(product, token).state == "solved"
    assert first.reference not in client.get(f"/t/{token}.json").text


def test_a_screen_asks_for_the_mark_of_what_happened(
    client: TestClient, product: Services, token: str
) -> None:
    before = client.get(f"/t/{token}/news")
    assert (before.status_code, before.headers["cache-control"]) == (200, "no-store")
    assert client.get(f"/t/{token}/news").text == before.text
    assert client.post(f"/t/{token}/tap", data={"tap": "works-again"}).status_code == 303
    assert client.get(f"/t/{token}/news").text != before.text
    assert client.get("/t/nobody/news").status_code == 404
    assert ticket_of(product, token).reference not in before.text
