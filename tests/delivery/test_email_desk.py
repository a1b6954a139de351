"""The e-mail desk against a real SMTP server that does what mail servers do."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator

import pytest

from intake.delivery import DeskMapping, DeskTicket, EmailDesk, Refused, Unavailable
from intake.delivery.desk_ticket import ascii_name, compose_desk_ticket
from intake.delivery.desks import letter
from intake.delivery.desks.smtp_faults import smtp_fault
from intake.delivery.desks.smtp_url import read_smtp_url
from intake.tickets import Ticket
from intake.tickets.stored_file import StoredFile
from tests.fakes.smtp import FakeSmtp, free_port
from tests.tickets import example

SENDER, DESK = "intake@hoster.example", "desk@hoster.example"
MEANT = sorted(
    [
        "From",
        "To",
        "Reply-To",
        "Subject",
        "Date",
        "Message-ID",
        "X-Intake-Reference",
        "X-Intake-Queue",
        "X-Intake-Priority",
        "X-Intake-Cause",
        "X-Intake-Target",
        "X-Intake-Addresses",
        "X-Intake-Checklist",
        "X-Priority",
        "MIME-Version",
        "Content-Type",
    ]
)


OPTIONAL = {f"X-Intake-{fact}" for fact in ("Account", "Addresses", "Cause", "Target")}


@pytest.fixture
def smtp() -> Iterator[FakeSmtp]:
    server = FakeSmtp()
    server.up()
    yield server
    server.down()


def desk_of(smtp: FakeSmtp, **changes: object) -> EmailDesk:
    options = {"to": DESK, "sender": SENDER, "timeout_s": 5.0, **changes}
    return EmailDesk(smtp.url, **options)  # type: ignore[arg-type]


def order(ticket: Ticket, *files: StoredFile, base_url: str = "") -> DeskTicket:
    return compose_desk_ticket(ticket, files, DeskMapping(base_url=base_url))


def stored(name: str, content: bytes, media_type: str = "image/png") -> StoredFile:
    digest = hashlib.sha256(content).hexdigest()
    return StoredFile("f1", name, media_type, len(content), digest, content)


def with_file(name: str = "Скриншот ошибки.png", size: int = 2_000) -> tuple[Ticket, StoredFile]:
    file = stored(name, b"\x89PNG\r\n\x1a\n" + b"x" * size)
    attachment = example.FILES[0].model_copy(update={"name": name, "size_bytes": file.size_bytes})
    return example.ticket(attachments=(attachment,)), file


def test_the_letter_has_the_ticket_in_three_forms_and_the_files(smtp: FakeSmtp) -> None:
    ticket, file = with_file()
    desk_of(smtp).create(order(ticket, file, base_url="https://help.hoster.example/"))
    (mail,) = smtp.mails()
    text = mail.get_body(("plain",))
    html = mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert "502" in text.get_content().splitlines()[0]
    assert "Обновили плагин доставки" in text.get_content()
    assert "https://help.hoster.example/staff/tickets/H4X-7PM-2KP" in text.get_content()
    assert "Обновили плагин доставки" in html.get_content()
    parts = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert json.loads(parts["ticket.json"])["reference"] == "H4X-7PM-2KP"
    assert parts["1-file.png"] == file.content
    assert "Скриншот ошибки.png" in text.get_content()
    assert smtp.recipients == [DESK]


def test_the_headers_are_those_of_a_customers_letter(smtp: FakeSmtp) -> None:
    """No Auto-Submitted: Request Tracker and FreeScout would not answer the customer."""
    ticket = example.ticket()
    desk_of(smtp, brand="AcmeHost").create(order(ticket))
    (mail,) = smtp.mails()
    assert mail["X-Intake-Cause"] == "http.bad_gateway"
    assert mail["X-Intake-Queue"] == "hosting"
    assert mail["X-Intake-Target"] == "shop.example"
    assert mail["X-Priority"] == "3"
    assert mail["Message-ID"] == "<h4x-7pm-2kp.ticket@hoster.example>"
    assert mail["From"].addresses[0].addr_spec == SENDER
    assert mail["From"].addresses[0].display_name == "Анна Ким (AcmeHost)"
    assert mail["Reply-To"].addresses[0].addr_spec == "anna@shop.example"
    assert mail["Reply-To"].addresses[0].display_name == "Анна Ким"
    assert mail["Subject"].startswith("[H4X-7PM-2KP] shop.example")
    assert "Auto-Submitted" not in mail
    assert "Precedence" not in mail


def test_every_line_is_short_and_seven_bit(smtp: FakeSmtp) -> None:
    ticket = example.ticket(example.draft(changed="я" * 100_000))
    desk_of(smtp).create(order(ticket))
    lines = smtp.letters[0].split(b"\r\n")
    assert max(map(len, lines)) <= 998
    assert all(byte < 128 for line in lines for byte in line)


INJECTIONS = [
    "Bcc: x@evil.example",
    "a\r\nBcc: x@evil.example",
    "a\nBcc: x@evil.example",
    "a\rBcc: x@evil.example",
    "a\r\n\r\n<script>alert(1)</script>",
    "я =?UTF-8?Q?=0A?=Bcc: x@evil.example",
    "я =?utf-8?q?=0D=0ABcc:_x@evil.example?=",
    "=?UTF-8?B?DQpCY2M6IHhAZXZpbC5leGFtcGxl?=",
    "=?UTF-8?Q?=0D=0A?= =?UTF-8?Q?Bcc:x?=",
    "a\x00b",
    "a\x0bBcc: x",
    "a\x0cBcc: x",
    "a\x1cBcc: x",
    "a\x85Bcc: x",
    "a\u2028Bcc: x",
    "a\u2029Bcc: x",
    "\u202emoc.live",
    "x" * 5_000,
    "я" * 5_000,
    "🙂" * 500,
    '"quoted" <x@evil.example>',
    "<x@evil.example>",
    "a, b@evil.example",
    "a; b",
    "(comment",
    "\\",
    '"',
    "=?",
    "?=",
    "==?=?=?",
    "a\tb",
    "a\n\tb",
    "a\n b",
    "\r\n.\r\n",
    "MAIL FROM:<x>",
    "a\r\nSubject: other",
    "a\r\nContent-Type: text/html",
    "%0d%0aBcc: x",
    "=cmd()",
    "**bold**",
]


@pytest.mark.parametrize("hostile", INJECTIONS, ids=range(len(INJECTIONS)))
def test_hostile_words_add_no_header(smtp: FakeSmtp, hostile: str) -> None:
    """CVE-2024-6923 and plain CR LF: exactly the headers that were meant arrive."""
    ticket = example.ticket(example.draft(name=hostile, site=hostile, changed=hostile))
    words = ticket.headline.model_copy(update={"en": hostile, "ru": hostile})
    contact = ticket.contact.model_copy(update={"name": hostile, "account": hostile})
    ticket = ticket.model_copy(update={"headline": words, "subject": hostile, "contact": contact})
    name = hostile[:80] + ".png"
    file = stored(name, b"\x89PNG\r\n\x1a\n")
    desk_of(smtp).create(order(ticket, file))
    (mail,) = smtp.mails()
    names = mail.keys()
    assert len(set(names)) == len(names)
    assert set(MEANT) - OPTIONAL <= set(names) <= set(MEANT) | OPTIONAL
    assert sorted(letter.header_names(smtp.letters[0])) == sorted(map(str.lower, names))
    assert mail["To"] == DESK
    assert mail["Reply-To"].addresses[0].addr_spec == "anna@shop.example"
    assert len(mail["Reply-To"].addresses) == 1
    assert smtp.recipients == [DESK]
    assert [part.get_content_type() for part in mail.iter_attachments()] == [
        "application/json",
        "image/png",
    ]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "no address",
        "a@b\r\nBcc: x@evil.example",
        "x@evil.example, y@evil.example",
        "анна@почта",
    ],
)
def test_without_an_address_the_requester_is_nobody_and_not_ourselves(
    smtp: FakeSmtp, address: str
) -> None:
    """A desk takes Reply-To for the requester, and else our own address."""
    ticket = example.ticket()
    contact = ticket.contact.model_copy(update={"email": address})
    desk_of(smtp).create(order(ticket.model_copy(update={"contact": contact})))
    (asked,) = smtp.mails()[0]["Reply-To"].addresses
    assert asked.domain == "no-email.invalid"


def test_a_caller_is_known_by_the_number(smtp: FakeSmtp) -> None:
    ticket = example.ticket()
    contact = ticket.contact.model_copy(update={"email": None, "phone": "+7 912 345-67-89"})
    desk_of(smtp).create(order(ticket.model_copy(update={"contact": contact})))
    (mail,) = smtp.mails()
    (asked,) = mail["Reply-To"].addresses
    assert asked.addr_spec == "7-912-345-67-89@no-email.invalid"
    assert mail["From"].addresses[0].display_name == "Анна Ким +7 912 345-67-89"


def test_a_trusted_mailbox_of_znuny_gets_its_own_headers(smtp: FakeSmtp) -> None:
    mapping = DeskMapping(queues={"hosting": "Hosting::Web"}, priorities={"normal": "3 normal"})
    desk_of(smtp, mapping=mapping, headers_of="znuny").create(order(example.ticket()))
    (mail,) = smtp.mails()
    assert mail["X-OTRS-Queue"] == "Hosting::Web"
    assert mail["X-OTRS-Priority"] == "3 normal"


def test_each_letter_has_a_return_path_of_its_own(smtp: FakeSmtp) -> None:
    desk = desk_of(smtp, bounces_to="bounces@hoster.example")
    desk.create(order(example.ticket()))
    assert smtp.senders == ["bounces+h4x-7pm-2kp@hoster.example"]


@pytest.mark.parametrize("step", ["at_mail", "at_rcpt", "at_data"])
@pytest.mark.parametrize(
    ("answer", "is_the_desks"),
    [
        ("451 4.7.1 Greylisted, come back", False),
        ("421 4.3.2 Going down", True),
        ("530 5.7.0 Authentication required", True),
        ("550 5.7.1 Relaying denied", True),
        ("554 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org", True),
    ],
)
def test_what_would_be_so_for_every_letter_pauses_the_desk(
    smtp: FakeSmtp, step: str, answer: str, *, is_the_desks: bool
) -> None:
    setattr(smtp, step, lambda: answer)
    with pytest.raises(
        Unavailable, match=r"Desk 'email': 127\.0\.0\.1:\d+ answered " + answer[:3]
    ) as trouble:
        desk_of(smtp).create(order(example.ticket()))
    assert trouble.value.whole_desk is is_the_desks
    assert trouble.value.needs_operator is answer.startswith("5")


@pytest.mark.parametrize("answer", ["554 5.7.1 Message looks like spam", "550 5.6.0 Bad part"])
def test_a_letter_that_is_refused_is_the_letters_trouble(smtp: FakeSmtp, answer: str) -> None:
    smtp.at_data = lambda: answer
    with pytest.raises(Refused, match=answer[:3]):
        desk_of(smtp).create(order(example.ticket()))


@pytest.mark.parametrize("step", ["at_mail", "at_rcpt"])
def test_a_refused_sender_or_mailbox_is_the_operators_to_mend(smtp: FakeSmtp, step: str) -> None:
    """Both are the same in every letter."""
    setattr(smtp, step, lambda: "550 5.1.1 No such box")
    with pytest.raises(Unavailable) as trouble:
        desk_of(smtp).create(order(example.ticket()))
    assert trouble.value.whole_desk


def test_a_server_that_is_down_is_said_so() -> None:
    ticket = example.ticket()
    with pytest.raises(Unavailable, match="refused the connection") as trouble:
        desk_of(FakeSmtp()).create(order(ticket))
    assert trouble.value.whole_desk
    assert not trouble.value.is_uncertain


@pytest.mark.parametrize(
    ("url", "words", "russian"),
    [
        ("smtps://127.0.0.1:{port}", "Write smtp+starttls://127.0.0.1:{port}", "не шифрует там"),
        ("smtp+starttls://127.0.0.1:{port}", "Write smtps://127.0.0.1:465", "не предлагает там"),
        ("smtp://a:b@127.0.0.1:{port}", "Write smtp+starttls://127.0.0.1:{port}", "не принимает"),
        ("smtp://127.0.0.1:{closed}", "nothing listens there", "там никто не слушает"),
    ],
)
def test_a_server_that_lets_nobody_in_is_told_with_what_to_write(
    smtp: FakeSmtp, url: str, words: str, russian: str
) -> None:
    url = url.format(port=smtp.port, closed=free_port())
    with pytest.raises(Unavailable) as trouble:
        EmailDesk(url, to=DESK, sender=DESK).try_connection()
    assert words.format(port=smtp.port) in str(trouble.value)
    assert "Desk 'email'" in str(trouble.value)
    assert russian in trouble.value.russian
    assert "SSL" not in str(trouble.value) + trouble.value.russian


def test_a_port_for_tls_that_keeps_silent_is_told_as_such() -> None:
    """It waits for our first byte of TLS, we for its greeting."""
    server = read_smtp_url("smtp+starttls://mail.hoster.example:465")
    fault = smtp_fault(TimeoutError(), server)
    assert fault
    assert "Write smtps://mail.hoster.example:465" in fault.en


def test_a_line_dropped_after_the_answer_is_a_success(smtp: FakeSmtp) -> None:
    smtp.drop_after_answer = True
    ticket = example.ticket()
    receipt = desk_of(smtp).create(order(ticket))
    assert receipt.remote_id == "<h4x-7pm-2kp.ticket@hoster.example>"


def test_a_line_dropped_before_the_answer_is_uncertain_and_repeats_the_same_letter(
    smtp: FakeSmtp,
) -> None:
    smtp.drop_before_answer = 1
    ticket, desk = example.ticket(), desk_of(smtp)
    with pytest.raises(Unavailable) as trouble:
        desk.create(order(ticket))
    assert trouble.value.is_uncertain
    desk.create(order(ticket))
    first, second = smtp.mails()
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]


def test_files_too_large_for_the_server_stay_with_us() -> None:
    smtp = FakeSmtp(size_limit=100_000)
    smtp.up()
    try:
        ticket, file = with_file(size=200_000)
        receipt = desk_of(smtp).create(order(ticket, file))
    finally:
        smtp.down()
    (mail,) = smtp.mails()
    assert receipt.without_files
    assert [part.get_filename() for part in mail.iter_attachments()] == ["ticket.json"]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "слишком велики" in body.get_content()


def test_files_refused_by_size_are_left_out_at_once(smtp: FakeSmtp) -> None:
    answers = itertools.chain(["552 5.3.4 Too big"], itertools.repeat(None))
    smtp.at_data = lambda: next(answers)
    ticket, file = with_file()
    assert desk_of(smtp).create(order(ticket, file)).without_files
    assert len(smtp.letters) == 1


def test_a_wrong_password_keeps_the_ticket_waiting(smtp: FakeSmtp) -> None:
    """It is the operator's to mend, and the same for every ticket."""
    ticket = example.ticket()
    url = smtp.url.replace("//", "//user:pass%40word@")
    with pytest.raises(Unavailable) as trouble:
        EmailDesk(url, to=DESK, sender=SENDER).create(order(ticket))
    assert trouble.value.whole_desk
    assert "pass%40word" not in str(trouble.value)
    assert "pass@word" not in str(trouble.value)


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_a_bad_url_names_the_setting(url: str) -> None:
    with pytest.raises(ValueError, match="INTAKE_SMTP_URL"):
        EmailDesk(url, to=DESK, sender=SENDER)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("error.png", "1-error.png"),
        ("Ошибка.PNG", "1-file.PNG"),
        ("../../etc/passwd", "1-file.bin"),
        ('a"b\r\nX: y.png', "1-a-b-X-y.png"),
        ("résumé.pdf", "1-resume.pdf"),
    ],
)
def test_file_names_in_a_letter_are_plain(name: str, expected: str) -> None:
    assert ascii_name(name, 1) == expected
