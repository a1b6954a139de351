"""A returned letter is read in whatever form it comes, and named by its cause."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from pathlib import Path

import pytest

from diagnostics import letter_causes, letter_text, read_letter
from tests.diagnostics.letters.notices import FREE_FORMS, RETURNED, free_form, report

# Refusals in the words of common servers, with the cause that each means.
REFUSALS = {
    "550 5.1.1 <boris@client.example>: Recipient rejected: User unknown": "recipient-unknown",
    "550 No such user here": "recipient-unknown",
    "550 5.4.1 Recipient address rejected: Access denied.": "recipient-unknown",
    "552 5.2.2 The mailbox is over its quota": "mailbox-full",
    "452 4.2.2 Mailbox full": "mailbox-full",
    "550 5.2.1 This account has been disabled": "recipient-disabled",
    "554 5.7.1 Relay access denied": "relay-denied",
    "550 relay not permitted": "relay-denied",
    "550 5.7.26 Email is not accepted due to the domain's DMARC policy": "sender-check",
    "550 5.7.23 The message was rejected because of SPF": "sender-check",
    "550 5.7.25 The sending IP has no PTR record": "server-name",
    "450 4.7.1 Client host rejected: cannot find your reverse hostname": "server-name",
    "554 5.7.1 Client host [192.0.2.10] blocked using zen.spamhaus.org": "blocked-address",
    "550 5.7.1 Our system has detected that this message is likely spam": "spam",
    "550 spam message rejected. Please visit http://help.mail.ru/notspam-support": "spam",
    "552 5.3.4 Message size exceeds fixed limit": "message-too-big",
    "421 4.7.0 Too many connections from your host": "rate-limit",
    "451 4.7.1 Greylisted, please try again in 300 seconds": "greylisted",
    "530 5.7.0 Must issue a STARTTLS command first": "encryption",
    "535 5.7.8 Authentication failed": "login-required",
    "550 5.1.8 Sender address rejected: Domain not found": "sender-refused",
    "554 5.4.6 Too many hops": "mail-loop",
    "550 5.7.1 shop.example has exceeded the max emails per hour (101/100)": "sending-limit",
    "554 5.7.1 The message contains a virus": "virus",
    "452 4.3.1 Insufficient system storage": "server-full",
}


@pytest.mark.parametrize("form", FREE_FORMS)
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_is_named_in_every_free_form(form: str, refusal: str) -> None:
    reading = read_letter(free_form(form, refusal))
    assert (reading.outcome, reading.cause) == ("failed", REFUSALS[refusal])
    assert reading.main_recipient is not None
    assert reading.main_recipient.recipient == "boris@client.example"


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refusal_is_named_in_a_report(refusal: str) -> None:
    reading = read_letter(report(refusal).encode())
    assert (reading.outcome, reading.cause) == ("failed", REFUSALS[refusal])
    assert reading.reporter == "mail.shop.example"
    assert reading.sender == "anna@shop.example"
    assert reading.message_id == "order-17@shop.example"
    assert reading.main_recipient is not None
    assert reading.main_recipient.remote_host == "mx.client.example"


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_single_copied_line_is_enough(refusal: str) -> None:
    assert read_letter(refusal).cause == REFUSALS[refusal]


def test_the_codes_are_those_of_the_refusing_server() -> None:
    leading = read_letter(report("552 5.2.2 over quota", status="5.0.0")).main_recipient
    assert leading is not None
    assert (leading.smtp_code, leading.status) == (552, "5.2.2")


def test_a_status_without_words_is_enough() -> None:
    reading = read_letter(report("", status="5.2.2"))
    assert (reading.cause, reading.outcome) == ("mailbox-full", "failed")


def test_what_came_back_is_not_taken_for_the_refusal() -> None:
    """The returned letter speaks of spam and viruses; the server only of a full disk."""
    reading = read_letter(free_form("exim", "452 4.3.1 Insufficient system storage"))
    assert reading.cause == "server-full"


def test_a_late_letter_is_not_called_lost() -> None:
    reading = read_letter(report("421 4.7.0 Try again later", status="4.7.0", action="delayed"))
    assert reading.outcome == "delayed"
    assert "goes on trying" in letter_text(reading, "en").explanation


def test_a_delivered_letter_is_no_failure() -> None:
    reading = read_letter(report("250 2.0.0 Ok", status="2.0.0", action="delivered"))
    assert (reading.outcome, reading.cause) == ("delivered", "delivered")


def test_an_address_refused_at_mail_from_is_the_senders() -> None:
    notice = report(
        "553 5.1.0 anna@shop.example does not exist (in reply to MAIL FROM command)",
        status="5.1.0",
    )
    assert read_letter(notice).cause == "sender-refused"


def test_quoted_text_is_read_like_the_letter() -> None:
    quoted = "\n".join(f"> {line}" for line in free_form("qmail", "550 5.1.1 unknown").split("\n"))
    assert read_letter(quoted).cause == "recipient-unknown"


def test_parts_copied_without_their_header_are_decoded() -> None:
    """A copied source often begins below its headers; the text in it may be base64."""
    words = base64.b64encode("Ящик boris@client.example переполнен".encode()).decode()
    head = "--b1\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    copied = f"{head}{words}\n--b1--\n"
    assert read_letter(copied).cause == "mailbox-full"


def test_a_notice_forwarded_as_an_attachment_is_found() -> None:
    letter = EmailMessage()
    letter["From"], letter["To"] = "anna@shop.example", "support@hosting.example"
    letter["Subject"] = "What is this?"
    letter.set_content("Please look")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "MAILER-DAEMON@shop.example", "Undelivered"
    inner.set_content("<boris@client.example>: 552 5.2.2 mailbox full")
    letter.add_attachment(inner)
    assert read_letter(letter.as_bytes()).cause == "mailbox-full"


@pytest.mark.parametrize("name", ["README.md", "docs/desks.md", "docs/findings.md"])
def test_a_document_that_speaks_of_mail_is_no_notice(name: str) -> None:
    """It has an address, the words of a refusal and a code, each of something else."""
    text = (Path(__file__).parents[3] / name).read_bytes()
    assert read_letter(text).outcome == "not-a-notice"
    assert read_letter(text.decode()).outcome == "not-a-notice"


def test_a_long_text_that_comes_to_speak_of_mail_is_no_notice() -> None:
    text = "A host sells sites.\n" * 600 + "Mail to a@b.example could not be delivered: 550 full.\n"
    assert read_letter(text).outcome == "not-a-notice"


def test_a_notice_that_returns_a_letter_with_headings_is_one() -> None:
    notice = "The following address failed:\n  anna@shop.example\n    550 5.1.1 User unknown\n\n"
    returned = "------ This is a copy of your message ------\n\n# Prices\n\n# Terms\n"
    reading = read_letter(notice + returned)
    assert (reading.outcome, reading.cause) == ("failed", "recipient-unknown")


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "utf-8"])
def test_russian_without_a_charset_is_guessed(charset: str) -> None:
    text = "Ящик boris@client.example переполнен, письмо не может быть доставлено"
    head = "From: mailer-daemon@mail.example\nSubject: failure\nTo: anna@shop.example\n\n"
    assert read_letter(head.encode() + text.encode(charset)).cause == "mailbox-full"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_read(ending: str) -> None:
    notice = report("552 5.2.2 over quota").replace("\n", ending)
    assert read_letter(notice.encode()).cause == "mailbox-full"


def test_each_recipient_is_read_for_itself() -> None:
    notice = """\
From: MAILER-DAEMON@mail.shop.example
Subject: failure notice
To: anna@shop.example

<boris@client.example>:
Sorry, no mailbox here by that name. (#5.1.1)

<vera@other.example>:
552 5.2.2 Quota exceeded
"""
    reading = read_letter(notice)
    assert [(entry.recipient, entry.cause) for entry in reading.recipients] == [
        ("boris@client.example", "recipient-unknown"),
        ("vera@other.example", "mailbox-full"),
    ]


def test_a_notification_of_amazon_is_read() -> None:
    row = {"emailAddress": "boris@client.example", "status": "5.2.2", "action": "failed"}
    event = {
        "notificationType": "Bounce",
        "bounce": {"bounceType": "Transient", "bouncedRecipients": [row]},
    }
    assert read_letter(json.dumps(event)).cause == "mailbox-full"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hi",
        "My site doesn't open since yesterday, please help",
        "I changed the spam filter and now mail is slow",
        "cannot connect to server",
        "Sending of the message failed: connecting to the outgoing server timed out.",
        "We sold 550 items yesterday",
        RETURNED,
    ],
)
def test_other_text_is_no_notice(text: str) -> None:
    reading = read_letter(text)
    assert (reading.outcome, reading.cause) == ("not-a-notice", "unknown")


def test_an_ordinary_letter_is_no_notice() -> None:
    letter = b"From: boris@client.example\nTo: anna@shop.example\nSubject: Invoice 550\n\nHello.\n"
    assert read_letter(letter).outcome == "not-a-notice"


def test_a_parcel_that_was_not_delivered_is_no_notice() -> None:
    letter = (
        "From: Parcels <info@parcels.example>\nTo: anna@shop.example\nSubject: Delivery failed\n\n"
        "Your parcel could not be delivered today. We will come again tomorrow.\n"
    )
    assert read_letter(letter).outcome == "not-a-notice"


@pytest.mark.parametrize("language", ["en", "ru"])
def test_words_hold_without_a_name(language: str) -> None:
    text = letter_text(read_letter("Mailbox is full"), "ru" if language == "ru" else "en")
    full = {"en": "The mailbox of the recipient is full", "ru": "Ящик получателя переполнен"}
    assert text.title == full[language]


def test_an_automatic_answer_is_no_failure() -> None:
    letter = (
        "From: boris@client.example\nTo: anna@shop.example\nSubject: Автоответ: в отпуске\n"
        "Auto-Submitted: auto-replied\n\nБуду 5 декабря.\n"
    )
    assert read_letter(letter).outcome == "auto-reply"


def test_a_complaint_is_told_from_a_refusal() -> None:
    letter = """\
From: fbl@mail.example
To: abuse@shop.example
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1
--b--
"""
    assert read_letter(letter).outcome == "complaint"


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("cause", letter_causes())
def test_every_cause_has_words_with_and_without_a_recipient(cause: str, language: str) -> None:
    for letter in (report("550 5.1.1 no"), "550 denied"):
        reading = read_letter(letter).model_copy(update={"cause": cause})
        text = letter_text(reading, "ru" if language == "ru" else "en")
        assert all(text)
        assert not any(mark in " ".join(text) for mark in "{}")
