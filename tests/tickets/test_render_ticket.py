"""A ticket for a reader: complete in both languages, and never anything but text."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
from markdown_it import MarkdownIt

from diagnostics.texts import escape_hidden_lines, one_line
from intake.journey import Checklist, Draft, Environment, Source
from intake.tickets import FORMATS, Ticket, compose_ticket, for_customer, render
from intake.tickets.render import Form
from intake.tickets.render.contact_view import has_own_section
from intake.tickets.render.escape import escape_commonmark, indent
from intake.tickets.render.parts import subject_without_cause
from intake.tickets.render.words import EN, RU
from intake.tickets.ticket import Event
from tests.tickets import example
from tests.tickets.example import answer, run

LANGUAGES = ("en", "ru")
READABLE: tuple[Form, ...] = ("text", "markdown", "html")

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": '<img src=x onerror="alert(1)">',
    "closing": "</td></table></article><h1>Cause: none</h1>",
    "bold": "**bold** __also__ `code`",
    "formula": "=cmd()|' /C calc'!A0",
    "link": "[click](javascript:alert(1)) https://evil.example www.evil.example a@evil.example",
    "heading": "# Cause\n== Cause\n\nThe site is fine\n---\n===",
    "list": "- one\n+ two\n1. three\n2) four\n> quote",
    "code": "```\nrm -rf /\n```\n    indented\n\ttabbed",
    "html comment": "<!-- hidden --> &lt;b&gt; &#x41;",
    "table": "a | b\n--|--\n1 | 2",
    "override": "\u202egnp.exe\u202c \u2066inside\u2069",
    "controls": "a\x00b\x1b[31mred\x07\x08c\x9b31m",
    "emoji": "🙂👨‍👩‍👧🏳️‍🌈",
    "hebrew": "שלום עולם",
    "template": "{{ 7 * 7 }} {% raw %} {0} %s ${x}",
    "lines": "a\rb\x0bc\u2028d\u2029e\x85f",
}


class Seen(HTMLParser):
    """The tags and the text of a piece of HTML, as a browser would read them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        if tag not in {"br", "hr", "img"}:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def said(words: str) -> Ticket:
    draft = example.draft(changed=words, name=words, site=words)
    draft = draft.model_copy(
        update={
            "checks": {"web": run(target=words)},
            "environment": Environment(browser=words, os=words, ip=words, timezone=words),
        }
    )
    file = example.FILES[0].model_copy(update={"name": words})
    return example.ticket(draft, attachments=(file,))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_typed_is_html(words: str, language: str) -> None:
    plain = Seen(render(example.ticket(attachments=example.FILES), "html", language))
    seen = Seen(render(said(words), "html", language))
    allowed = {*plain.tags, "br"}
    assert set(seen.tags) <= allowed
    assert seen.attributes == plain.attributes
    assert seen.open == []
    for part in escape_hidden_lines(words).split("\n"):
        assert part in seen.text


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_typed_heads_a_plain_text(words: str) -> None:
    """Every line of the customer's is indented or stands behind our own words."""
    plain = {line for line in render(example.ticket(), "text", "en").splitlines() if line}
    headings = {line for line in plain if line.startswith("== ") and "·" not in line}
    found = [
        line
        for line in render(said(words), "text", "en").splitlines()
        if line.startswith("== ") and "·" not in line
    ]
    assert set(found) <= headings | {"== Files", "== What we measured"}
    assert len(found) == len(set(found))


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            ["Advice so far", "did not help, 22 Nov 2026, 14:28 UTC", "Restart PHP in the panel"],
        ),
        ("ru", ["Что уже советовали", "не помогло, 22 нояб. 2026, 14:28 UTC", "Перезапустите PHP"]),
    ],
)
def test_what_was_advised_and_did_not_help_stands_in_every_form(
    form: Form, language: str, words: list[str]
) -> None:
    """Nobody at the desk advises a restart that was made ten minutes ago."""
    text = render(example.ticket(), form, language).replace("\\", "")
    assert all(part in text for part in words)


@pytest.mark.parametrize("form", READABLE)
def test_answers_stand_under_their_labels(form: Form) -> None:
    """A label names the answer; the question tells a customer what to do."""
    text = render(example.ticket(), form, "en")
    assert "Which sites" in text
    assert "Choose which sites fail" not in text


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_cause_is_missed_where_nothing_was_to_be_measured(form: Form, language: str) -> None:
    steps = [step for step in example.RAW["steps"] if not {"check", "tell"} & step.keys()]  # type: ignore[attr-defined]
    plain = [{k: v for k, v in step.items() if k != "answer-from"} for step in steps]  # type: ignore[attr-defined]
    checklist = Checklist.from_json(json.dumps({**example.RAW, "steps": plain}))
    draft = example.draft().model_copy(update={"checks": {}})
    ticket = compose_ticket(checklist, draft, reference="H4X-7PM-2KP", now=example.NOW)
    text = render(ticket, form, language)
    phrases = EN if language == "en" else RU
    assert phrases.not_measured not in text
    assert text.count("H4X") == 1
    unmeasured = example.ticket(draft)
    assert phrases.not_measured in render(unmeasured, form, language)


_UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*([`*_\[\]<|])")


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_typed_is_markdown(words: str) -> None:
    escaped = escape_commonmark(words)
    assert _UNESCAPED.search(escaped) is None
    assert re.search(r"(?<!\\)://", escaped) is None
    assert not re.search(r"\bwww\.", escaped)
    assert not re.search(r"^\s*(?:[-+=#]|\d+[.)]\s)", escaped, re.MULTILINE)
    unescaped = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", escaped)
    assert unescaped == escape_hidden_lines(words)


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_markdown_shows_what_was_typed(words: str) -> None:
    """Through a real reader of CommonMark with tables, as desks have."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    plain = Seen(reader.render(render(example.ticket(), "markdown", "en")))
    seen = Seen(reader.render(render(said(words), "markdown", "en")))
    assert set(seen.tags) <= {*plain.tags, "br"}
    assert seen.tags["h2"] <= plain.tags["h2"] + 1  # the files
    assert seen.attributes == set()
    for part in escape_hidden_lines(words).split("\n"):
        assert " ".join(part.split()) in " ".join(seen.text.split())


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_form_has_a_character_that_acts_unseen(words: str, form: Form) -> None:
    text = render(said(words), form, "en")
    if form == "json":
        assert json.loads(text)["items"]
        return
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", text)
    text.encode()


@pytest.mark.parametrize("form", FORMATS)
def test_a_hundred_thousand_characters_are_kept(form: Form) -> None:
    for words in ("x" * 100_000, "слово " * 16_666, "🙂" * 100_000):
        text = render(said(words), form, "ru")
        assert text.count(words.strip()[0]) >= words.count(words[0])


def everything() -> list[Ticket]:
    empty = Draft(language="en")
    failed = run(state="failed", report=None, facts={}, why_failed="no socket")
    running = run(state="running", report=None, facts={})
    checks = [{"web": failed}, {"web": running}, {"web": run(report={})}]
    return [
        example.ticket(attachments=example.FILES),
        example.ticket(example.draft("en")),
        example.ticket(empty),
        example.ticket(empty, sent_as="person-wanted"),
        *(example.ticket(example.draft().model_copy(update={"checks": one})) for one in checks),
        example.ticket(
            empty.model_copy(update={"answers": {"site": answer(None, Source.UNKNOWN)}})
        ),
    ]


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ticket", everything())
def test_forms_say_no_ids_and_no_none(ticket: Ticket, language: str, form: Form) -> None:
    text = render(ticket, form, language)
    for raw in ("None", "customer:", "contradicted", "person-wanted<", "{", "Source.", "error-502"):
        assert raw not in text
    assert ticket.reference in text
    shown = Seen(text).text if form == "html" else text
    for item in ticket.items:
        if has_own_section(item, ticket):
            continue
        assert item.question.in_(language) in shown or item.label.in_(language) in shown


@pytest.mark.parametrize("form", READABLE)
def test_the_cause_comes_first_and_contradictions_next(form: Form) -> None:
    text = render(example.ticket(), form, "en")
    order = ["The site answers 502", "Contradictions", "H4X-7PM-2KP", "Answers", "What we measured"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    assert Seen(text).text.strip(" #\n").startswith("The site answers 502")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_gets_our_words_in_the_own_language(language: str) -> None:
    text = render(example.ticket(), "text", language)
    other = {"en": "[А-Яа-я]", "ru": "(?i)\\b(the|who|customer|measured)\\b"}[language]
    theirs = ("Анна Ким", "Обновили плагин", "Потом вернули")
    ours = [line for line in text.splitlines() if not any(word in line for word in theirs)]
    assert [line for line in ours if re.search(other, line)] == []
    assert "Обновили плагин доставки." in text


def test_a_page_links_the_files_and_a_mail_does_not() -> None:
    ticket = example.ticket(attachments=example.FILES)
    assert 'href="/t/secret/files/f1"' in render(ticket, "html", files_url="/t/secret/files")
    assert "href" not in render(ticket, "html")


def test_the_customers_language_is_the_default() -> None:
    assert "Что измерено" in render(example.ticket(), "text")
    assert "What we measured" in render(example.ticket(example.draft("en")), "text")


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize(
    ("language", "another"), [("ru", "клиент"), ("en", "customer")], ids=LANGUAGES[::-1]
)
@pytest.mark.parametrize("ticket", everything())
def test_a_customer_is_called_you(ticket: Ticket, language: str, another: str, form: Form) -> None:
    """On their own page nobody reads of "the customer"; a desk goes on reading so."""
    text = render(for_customer(ticket), form, language, reader="customer")
    assert another not in (Seen(text).text if form == "html" else text).lower()
    assert another in render(ticket, form, language).lower()


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize(
    ("browsers", "operators", "sent"),
    [
        ("Europe/Moscow", "Asia/Omsk", "Sent 22 Nov 2026, 17:31 (Moscow time)"),
        (None, "Asia/Omsk", "Sent 22 Nov 2026, 20:31 (Omsk time)"),
        (None, "UTC", "Sent 22 Nov 2026, 14:31 UTC"),
    ],
)
def test_a_customer_reads_their_own_time_and_no_queue(
    form: Form, browsers: str | None, operators: str, sent: str
) -> None:
    """UTC and the department's queues are staff's; every line is on the same clock."""
    ticket = example.ticket()
    environment = ticket.environment.model_copy(update={"timezone": browsers})
    handed = Event(kind="delivered", at=ticket.created_at, desk="helpdesk")
    ticket = ticket.model_copy(update={"environment": environment, "events": (handed,)})
    text = render(for_customer(ticket), form, "en", reader="customer", zone=ZoneInfo(operators))
    shown = text.replace("\\", "")
    assert sent in shown
    assert ("UTC" in shown) is sent.endswith("UTC")
    assert not {EN.queue, EN.priority, "Known", "helpdesk"} & {*re.findall(r"\w+", shown)}
    assert f"{EN.queue}: hosting" in render(ticket, form, "en").replace("\\", "")


@pytest.mark.parametrize("form", READABLE)
def test_no_heading_stands_above_nothing(form: Form) -> None:
    """Without the report, which isn't for customers, a check may have nothing to show."""
    text = render(for_customer(example.ticket()), form, "en", reader="customer")
    assert EN.evidence not in text
    assert EN.evidence in render(example.ticket(), form, "en")


def test_json_holds_the_customers_words_as_they_were_typed() -> None:
    for words in HOSTILE.values():
        document = json.loads(render(said(words), "json"))
        items = {item["id"]: item for item in document["items"]}
        assert items["changed"]["answer"] == words


def test_both_languages_have_every_event_and_source() -> None:
    assert EN.events.keys() == RU.events.keys()
    assert set(EN.sources) == set(RU.sources) == set(Source)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("\u202eabc", "[U+202E]abc"),
        ("a\u200bb\ufeff", "ab"),
        ("\x1b[31m", "[U+001B][31m"),
        ("می\u200cخواهم 👨\u200d👩", "می\u200cخواهم 👨\u200d👩"),
        ("\ud800", "[U+D800]"),
        ("tab\there", "tab\there"),
    ],
)
def test_visible_text(typed: str, shown: str) -> None:
    assert escape_hidden_lines(typed) == shown


def test_one_line_is_cut_by_request() -> None:
    assert one_line("  a\n\tb ") == "a b"
    assert one_line("x" * 30, 10) == "x" * 9 + "…"


def test_indented_text_keeps_addresses_whole() -> None:
    address = "https://shop.example/" + "x" * 200
    lines = indent(f"See {address} and\n\ntell", "    ").split("\n")
    assert any(address in line for line in lines)
    assert all(line == "" or line.startswith("    ") for line in lines)


@pytest.mark.parametrize("form", READABLE)
@pytest.mark.parametrize(
    ("language", "promise"),
    [
        (
            "en",
            "The customer was promised an answer by 22 Nov 2026, 15:10 UTC (18:10, Europe/Moscow",
        ),
        (
            "ru",
            "Клиенту обещан ответ до 22 нояб. 2026, 15:10 UTC (у клиента 18:10, Europe/Moscow",
        ),
    ],
)
def test_the_promise_is_the_tickets_own(form: Form, language: str, promise: str) -> None:
    """It moved with each drawing; now it is what the customer was told when it was sent."""
    ticket = example.ticket(answer_by=datetime(2026, 11, 22, 15, 10, tzinfo=UTC))
    assert Ticket.model_validate_json(ticket.model_dump_json()).answer_by == ticket.answer_by
    shown = render(ticket, form, language).replace("\\", "").replace("\n", " ")
    assert promise in shown
    assert promise[:25] not in render(example.ticket(), form, language)


def test_a_customers_copy_has_conclusions_and_no_page() -> None:
    """`/t/TOKEN.json` showed up to 4,096 characters of any page that our address may read."""
    ticket = example.ticket()
    (report,) = (diagnosis.report for diagnosis in ticket.diagnoses)
    assert report is not None
    copy = json.loads(render(for_customer(ticket), "json"))
    (diagnosis,) = copy["diagnoses"]
    assert diagnosis["report"] is None
    assert diagnosis["findings"]
    assert diagnosis["chain"]
    assert copy["verdict"]["code"] == "http.bad_gateway"


@pytest.mark.parametrize("form", READABLE)
def test_the_targets_ip_address_stands_with_the_cause(form: Form) -> None:
    """The first thing that support looks for; the customer's own is called theirs."""
    checked = {"target": {"addresses": ["192.0.2.7", "2001:db8::7"]}}
    ticket = example.ticket()
    (diagnosis,) = ticket.diagnoses
    report = {**(diagnosis.report or {}), **checked}
    ticket = ticket.model_copy(
        update={"diagnoses": (diagnosis.model_copy(update={"report": report}),)}
    )
    text = Seen(render(ticket, form, "en")).text if form == "html" else render(ticket, form, "en")
    head = text[: text.index("Contradictions")]
    assert "192.0.2.7, 2001:db8::7" in head
    assert "Customer's IP address" in text


@pytest.mark.parametrize("form", READABLE)
def test_the_contact_and_the_cause_stand_once(form: Form) -> None:
    ticket = example.ticket()
    words = ticket.headline.model_copy(update={"en": "shop.example: The site answers 502"})
    text = render(ticket.model_copy(update={"headline": words}), form, "en")
    assert text.count("anna") == 1
    assert text.count("Анна Ким") == 1
    shown = Seen(text).text if form == "html" else text
    assert "The site answers 502" not in shown[shown.index("H4X-7PM-2KP") :].split("\n")[0]


@pytest.mark.parametrize(
    ("subject", "beside"),
    [("shop.example: It is down", "shop.example"), ("It is down", ""), ("Something", "Something")],
)
def test_beside_its_cause_a_subject_says_the_rest(subject: str, beside: str) -> None:
    assert subject_without_cause("It is down", subject) == beside
