"""Mails made to break whoever reads them: they change nothing, and no reader breaks."""

from __future__ import annotations

import time

import pytest

from diagnostics import read_letter
from intake.delivery.bounces import find_key
from intake.delivery.replies.mailbox import ReplyMailbox, read_mailed_reply

MAILBOX = ReplyMailbox("bounces@hoster.example", "rt", b"a secret of ours")
ADDRESS = MAILBOX.address("H4X-7PM-2KP")
DEPTH = 3_000


def nested_parts() -> str:
    """Multiparts in multiparts, deeper than Python's stack."""
    return "".join(
        f"Content-Type: multipart/mixed; boundary=b{number}\n\n--b{number}\n"
        for number in range(DEPTH)
    )


NESTED = {
    "parts": nested_parts(),
    "letters": "Content-Type: message/rfc822\n\nFrom: a@shop.example\n" * DEPTH + "\nhello\n",
}
# Each broke a parser of Python's for structured headers.
BROKEN_SENDERS = [
    ";99999] \t=1\x00%",
    "%[=?utf-8?q?a?=.*0*=\x00;,<",
    "..aa\x00:-",
    ':charset;=boundary<"=*0*=',
    "-@",
    '\n "',
    "[ \t*0*=\t\n \\, :=?utf-8?q?a?=.",
    "(" * 20_000,
    "=?utf-8?q?" + "x" * 50_000 + "?=",
    ":" * 3_000,  # a group in a group in a group
]
COSTLY = [";", ";a=", ";a*0*=b", '"', ")", "@", ",", "<a@b>,"]


@pytest.mark.parametrize("kind", NESTED)
def test_a_mail_nested_without_end_is_read_to_its_head(kind: str) -> None:
    mail = f"From: a@shop.example\nTo: {ADDRESS}\nMessage-ID: <1@shop.example>\n{NESTED[kind]}"
    mailed = read_mailed_reply(mail.encode(), [MAILBOX])
    assert mailed is not None
    assert mailed.reference == "H4X-7PM-2KP"


@pytest.mark.parametrize("kind", NESTED)
def test_a_notice_nested_without_end_still_names_its_delivery(kind: str) -> None:
    mail = f"To: bounces+h4x-7pm-2kp.mail@hoster.example\nSubject: Failure\n{NESTED[kind]}".encode()
    assert find_key(mail, read_letter(mail)) == "h4x-7pm-2kp.mail"


@pytest.mark.parametrize("sender", BROKEN_SENDERS, ids=range(len(BROKEN_SENDERS)))
@pytest.mark.parametrize("name", ["From", "Message-ID", "Content-Type", "Return-Path", "Cc"])
def test_a_broken_header_is_an_empty_one(name: str, sender: str) -> None:
    heads = {"Message-ID": "<1@shop.example>", "From": "a@shop.example", name: sender}
    lines = "".join(f"{head}: {value}\n" for head, value in heads.items())
    mailed = read_mailed_reply(f"To: {ADDRESS}\n{lines}\nPHP is back.\n".encode(), [MAILBOX])
    assert mailed is not None
    assert mailed.reply is None or mailed.reply.text == "PHP is back."


def test_the_readable_part_of_a_letter_with_a_broken_sender_is_read() -> None:
    mail = f"To: {ADDRESS}\nMessage-ID: <1@shop.example>\nFrom: -@\n\nPHP is back.\n"
    mailed = read_mailed_reply(mail.encode(), [MAILBOX])
    assert mailed is not None
    assert mailed.reply is not None
    assert mailed.reply.text == "PHP is back."


@pytest.mark.parametrize("piece", COSTLY)
@pytest.mark.parametrize("name", ["Content-Type", "Content-Disposition", "From", "To"])
def test_a_long_header_costs_no_more_than_a_letter(name: str, piece: str) -> None:
    """Python's parser takes the square of the marks: 16 KB of semicolons took seven seconds."""
    head = f"To: {ADDRESS}\nMessage-ID: <1@shop.example>\n{name}: " + piece * (64_000 // len(piece))
    began = time.process_time()
    assert read_mailed_reply(f"{head}\n\nhello".encode(), [MAILBOX]) is not None
    assert time.process_time() - began < 3


def test_many_parts_with_long_headers_cost_no_more_either() -> None:
    parts = f"--b\nContent-Type: application/x{';a=' * 600}\n\nx\n" * 1_900
    head = f"To: {ADDRESS}\nMessage-ID: <1@shop.example>\n"
    mail = f"{head}Content-Type: multipart/mixed; boundary=b\n\n{parts}"
    began = time.process_time()
    assert read_mailed_reply(mail.encode(), [MAILBOX]) is not None
    assert time.process_time() - began < 8


def test_an_honest_long_name_of_a_file_is_still_a_file() -> None:
    """Its parts are many and its header long; what was written beside it is the reply."""
    name = "".join(f"\n filename*{number}*={'%D0%B0' * 9};" for number in range(29)).rstrip(";")
    mail = (
        f"From: agent@hoster.example\nTo: {ADDRESS}\nMessage-ID: <1@hoster.example>\n"
        "Content-Type: multipart/mixed; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n"
        f"Content-Disposition: attachment;{name}\n\nnot this\n"
        "--b\nContent-Type: text/plain\n\nWe restarted it.\n--b--\n"
    )
    mailed = read_mailed_reply(mail.encode(), [MAILBOX])
    assert mailed is not None
    assert mailed.reply is not None
    assert mailed.reply.text == "We restarted it."
